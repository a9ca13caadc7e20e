"""Which pictures of a data set may be trained on, known before any of them is read."""

import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from astrolens.config.recipe import TEST_SPLIT, ClassColumn, DataRecipe, Recipe
from astrolens.domain.errors import ConfigError
from astrolens.train.parquet import is_parquet, read_columns

_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".fits", ".fit", ".fits.gz")
SET_COLUMN = "set"
_MOST_CLASSES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One picture that may be trained on.

    Attributes
    ----------
    key : str
        The object's name; the same in every data set that shows it.
    place : int
        Row of the Parquet file; -1 in a folder.
    file : Path or None
        The picture's file; None in a Parquet file.
    values : Mapping of str to str
        What the labels say, "" where they say nothing.
    """

    key: str
    place: int = -1
    file: Path | None = None
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """A folder or Parquet file and the rows of it that may be trained on.

    Attributes
    ----------
    name : str
        Name of the folder, or of the file without suffix; the recipe's table for it.
    path : Path
        Where it lies.
    recipe : DataRecipe
        How it is read.
    rows : tuple of Row
        In the order of the labels, or of the file names.
    left_out : Mapping of str to int
        How many rows were not taken, by reason.
    """

    name: str
    path: Path
    recipe: DataRecipe
    rows: tuple[Row, ...]
    left_out: Mapping[str, int]


def find_data(paths: Sequence[Path], recipe: Recipe, never: Sequence[Path] = ()) -> tuple[DataSet, ...]:
    """List what may be trained on; no picture is opened.

    An object that any of the sets, or a file in ``never``, marks as test is left out of every set.

    Parameters
    ----------
    paths : sequence of Path
        Folders of pictures and Parquet files.
    recipe : Recipe
        Its ``data`` tables are found by the names of the paths.
    never : sequence of Path
        Further CSV files whose test rows name objects to keep away from; a file without a split column is
        kept away from whole.

    Returns
    -------
    tuple of DataSet
        One for each path.

    Raises
    ------
    ConfigError
        If a path is missing, two have one name, a column is missing, or nothing is left to train on.
    """
    listed: list[tuple[str, Path, DataRecipe, list[Row]]] = []
    for path in paths:
        name = set_name(path)
        if name in (other for other, *_ in listed):
            raise ConfigError(f"--data {path}: another data set is named {name!r} too; rename one")
        how = recipe.data.get(name, DataRecipe())
        rows = _parquet_rows(path, how) if is_parquet(path) else _folder_rows(path, how)
        listed.append((name, path, how if name in recipe.data else _with_own_label(name, how, rows), rows))
    forbidden = {
        row.key for _, _, how, rows in listed for row in rows if _is_test(row.values, how.split_column)
    }
    for file in never:
        forbidden |= _never_keys(file)
    found = tuple(_allowed(name, path, how, rows, forbidden) for name, path, how, rows in listed)
    if not any(data.rows for data in found):
        why = "; ".join(
            f"{data.name}: {', '.join(f'{count} {reason}' for reason, count in data.left_out.items()) or 'empty'}"
            for data in found
        )
        raise ConfigError(
            f"nothing to train on ({why or 'no --data given'}); give folders or Parquet files of pictures"
        )
    return found


def set_name(path: Path) -> str:
    """What a data set is called, in recipes and elsewhere.

    Parameters
    ----------
    path : Path
        A folder of pictures or a Parquet file.

    Returns
    -------
    str
        Name of the folder, or of the file without suffix.
    """
    return path.stem if is_parquet(path) else path.resolve().name


def _allowed(name: str, path: Path, how: DataRecipe, rows: list[Row], forbidden: Collection[str]) -> DataSet:
    taken: list[Row] = []
    left_out: Counter[str] = Counter()
    for row in rows:
        reason = _refusal(row, how, forbidden)
        if reason:
            left_out[reason] += 1
        else:
            taken.append(row)
    return DataSet(name=name, path=path, recipe=how, rows=tuple(taken), left_out=dict(left_out))


def _refusal(row: Row, how: DataRecipe, forbidden: Collection[str]) -> str:
    if _is_test(row.values, how.split_column):
        return "marked test"
    if row.key in forbidden:
        return "marked test in another set"
    if how.split_column in row.values and row.values[how.split_column] not in how.splits:
        return f"split is none of {', '.join(how.splits)}"
    if any(row.values.get(column, "") not in values for column, values in how.only.items()):
        return "not asked for by only"
    if any(row.values.get(column, "") in values for column, values in how.leave_out.items()):
        return "left out by leave_out"
    return ""


def _is_test(values: Mapping[str, str], split_column: str) -> bool:
    return values.get(split_column, "").strip().casefold() == TEST_SPLIT


def _folder_rows(folder: Path, how: DataRecipe) -> list[Row]:
    if not folder.is_dir():
        raise ConfigError(f"--data {folder}: no such folder; name a folder of pictures or a .parquet file")
    files = sorted(
        path for path in folder.rglob("*") if path.name.casefold().endswith(_SUFFIXES) and not path.is_dir()
    )
    labels = folder / how.labels
    if not labels.is_file():
        if others := sorted(path.name for path in folder.glob("*.csv")):
            raise ConfigError(
                f"{folder}: holds {others[0]} but no {how.labels}; it may mark rows for testing: name it in the "
                f'recipe, [data.{folder.resolve().name}] labels = "{others[0]}"'
            )
        return [Row(key=_stem(file.name), file=file, values={}) for file in files]
    by_name = {str(file.relative_to(folder)): file for file in files} | {
        _stem(file.name): file for file in files
    }
    table = _read_csv(labels)
    _require(labels, table[0] if table else {how.file_column: ""}, [how.file_column, *_columns(how)])
    rows = []
    for values in table:
        named = values[how.file_column]
        file = by_name.get(named) or by_name.get(_stem(named))
        if file is not None:
            rows.append(Row(key=_stem(named), file=file, values=values))
    return rows


def _parquet_rows(path: Path, how: DataRecipe) -> list[Row]:
    if not path.is_file():
        raise ConfigError(f"--data {path}: no such file; name a folder of pictures or a .parquet file")
    wanted = _columns(how)
    columns = read_columns(path, how.image_column, [*wanted, how.key_column, how.split_column, SET_COLUMN])
    _require(path, columns, wanted)
    keys = columns.get(how.key_column) or [_stem(name) for name in columns[how.image_column]]
    others = {name: texts for name, texts in columns.items() if name != how.image_column}
    return [
        Row(
            key=key or f"row {place}",
            place=place,
            values={name: texts[place] for name, texts in others.items()},
        )
        for place, key in enumerate(keys)
    ]


def _columns(how: DataRecipe) -> list[str]:
    classes = [label.column for label in how.classes.values()]
    numbers = [label.column for label in how.numbers.values()]
    return [*dict.fromkeys([*classes, *numbers, *how.only, *how.leave_out])]


def _require(path: Path, columns: Collection[str], wanted: Sequence[str]) -> None:
    for column in wanted:
        if column not in columns:
            raise ConfigError(f"{path}: no column {column!r}; it has {', '.join(sorted(columns))}")


def _never_keys(file: Path) -> set[str]:
    table = _read_csv(file)
    with_split = bool(table) and "split" in table[0]
    name = next(iter(table[0]), "") if table else ""
    return {_stem(row[name]) for row in table if not with_split or _is_test(row, "split")}


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            return [
                {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
                for row in csv.DictReader(stream)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigError(f"{path}: {error}") from error


def _with_own_label(name: str, how: DataRecipe, rows: Sequence[Row]) -> DataRecipe:
    """A column named label becomes a class head where the recipe says nothing of the set."""
    allowed = [row.values.get("label", "") for row in rows if not _refusal(row, how, ())]
    kinds = sorted(set(allowed) - {""})
    if not 2 <= len(kinds) <= _MOST_CLASSES:
        return how
    head = "".join(letter if letter.isalnum() else "_" for letter in name.casefold())[:34]
    column = ClassColumn(column="label", names={kind: kind for kind in kinds})
    return how.model_copy(update={"classes": {f"{head}_label" if head[:1].isalpha() else "label": column}})


def _stem(name: str) -> str:
    """Name without folder and without the suffix of a picture; a dot in an object's own name stays."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if last.casefold().endswith(suffix):
            return last[: -len(suffix)]
    return last
