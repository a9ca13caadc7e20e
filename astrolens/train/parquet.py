"""Pictures in Parquet files, as Hugging Face data sets keep them: a struct of (bytes, path)."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from astrolens.domain.errors import ConfigError

_MANY = 256


def is_parquet(path: Path) -> bool:
    """Whether a path is meant as a Parquet file.

    Parameters
    ----------
    path : Path
        Any path.

    Returns
    -------
    bool
        By its suffix.
    """
    return path.suffix.casefold() in (".parquet", ".pq")


def read_columns(path: Path, image_column: str, wanted: Sequence[str]) -> dict[str, list[str]]:
    """Read labels as text; of the pictures, their names only.

    Parameters
    ----------
    path : Path
        The file.
    image_column : str
        The struct column of (bytes, path).
    wanted : sequence of str
        Columns; those that the file lacks are left out of the answer, unless it is the usual ``label``, which
        is added where there is one.

    Returns
    -------
    dict of str to list of str
        One text for each row, "" for null; under ``image_column`` the pictures' names.

    Raises
    ------
    ConfigError
        If pyarrow is absent, the file is no Parquet, or it has no such struct column.
    """
    arrow = _pyarrow()
    try:
        file = arrow.parquet.ParquetFile(str(path))
        present = set(file.schema_arrow.names)
        _require_struct(arrow, file.schema_arrow, image_column, path)
        plain = [name for name in dict.fromkeys([*wanted, "label"]) if name in present]
        # The bytes beside the name are never touched: Parquet keeps the two fields of a struct apart.
        table = file.read(columns=[*plain, f"{image_column}.path"])
    except (arrow.lib.ArrowException, OSError) as error:
        raise ConfigError(f"{path}: {error}") from error
    columns = {name: [_text(value) for value in table.column(name).to_pylist()] for name in plain}
    columns[image_column] = [
        _text((cell or {}).get("path")) for cell in table.column(image_column).to_pylist()
    ]
    return columns


def read_pictures(path: Path, image_column: str, places: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Bytes of chosen rows, a few at a time; row groups without one of them are not read.

    Parameters
    ----------
    path : Path
        The file.
    image_column : str
        The struct column of (bytes, path).
    places : sequence of int
        Rows, ascending.

    Yields
    ------
    tuple of (int, bytes)
        Row and the picture as it was stored; empty where it is null.

    Raises
    ------
    ConfigError
        If pyarrow is absent or the file is damaged.
    """
    arrow = _pyarrow()
    wanted = set(places)
    try:
        file = arrow.parquet.ParquetFile(str(path))
        first = 0
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if not any(place in wanted for place in range(first, first + rows)):
                first += rows
                continue
            for batch in file.iter_batches(_MANY, row_groups=[group], columns=[f"{image_column}.bytes"]):
                cells = batch.column(0)
                for place in range(first, first + len(cells)):
                    if place in wanted:
                        yield place, (cells[place - first].as_py() or {}).get("bytes") or b""
                first += len(cells)
    except (arrow.lib.ArrowException, OSError) as error:
        raise ConfigError(f"{path}: {error}") from error


def _require_struct(arrow: Any, schema: Any, column: str, path: Path) -> None:
    if column not in schema.names or not arrow.types.is_struct(schema.field(column).type):
        raise ConfigError(
            f"{path}: no struct column {column!r} of (bytes, path); it has {', '.join(schema.names)}"
        )
    fields = {field.name for field in schema.field(column).type}
    if not {"bytes", "path"} <= fields:
        raise ConfigError(f"{path}: column {column!r} holds {', '.join(sorted(fields))}; want bytes and path")


def _pyarrow() -> Any:
    try:
        import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise ConfigError(
            'Parquet files need pyarrow; install it with: pip install "astrolens[train]"'
        ) from error
    return import_module("pyarrow")


def _text(value: object) -> str:
    return "" if value is None else str(value)
