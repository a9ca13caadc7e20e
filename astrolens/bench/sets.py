"""Labelled galaxies on disk: which are normal, which odd, which may be fitted on."""

import csv
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from astrolens.domain.errors import BadData

LABELS = "labels.csv"
ATTRIBUTES = "attributes.csv"
_PERTURBED = 0.75
_PICTURES = (".jpg", ".jpeg", ".png", ".fits")
_REFERENCE, _TEST = "reference", "test"


class SetName(StrEnum):
    """The questions that the labelled data can answer."""

    GZ1 = "gz1"  # mergers among galaxies
    DONT_KNOW = "dontknow"  # what volunteers could not name
    NON_GALAXY = "nongalaxy"  # artefacts against galaxies of another sample
    EFIGI = "efigi"  # perturbed galaxies


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSet:
    """Pictures with the truth.

    Attributes
    ----------
    name : str
        What the oddities are.
    reference : tuple of Path
        Normals to fit on.
    normal : tuple of Path
        Normals to test on.
    odd : tuple of Path
        Oddities to test on.
    """

    name: str
    reference: tuple[Path, ...]
    normal: tuple[Path, ...]
    odd: tuple[Path, ...]

    def files(self) -> list[Path]:
        """Every picture once.

        Returns
        -------
        list of Path
            Reference, normals, oddities.
        """
        return list(dict.fromkeys((*self.reference, *self.normal, *self.odd)))


def read_set(data: Path, name: SetName | None = None) -> LabelledSet:
    """Read the labels of one set.

    Parameters
    ----------
    data : Path
        Either a folder with one ``labels.csv`` (columns file, split, and anomaly or label) or ``attributes.csv``, or
        the folder that holds ``gz1``, ``kaggle``, ``nongalaxy`` and ``efigi``.
    name : SetName, optional
        Which question; None: mergers where the folder holds several sets, else ``anomaly = 1`` of the one set.

    Returns
    -------
    LabelledSet
        Paths are not opened.

    Raises
    ------
    BadData
        If a file or a column is missing, or nothing is left to fit or to test on.
    """
    own = (data / LABELS).is_file() or (data / ATTRIBUTES).is_file()
    if name is None:
        name = SetName.EFIGI if (data / ATTRIBUTES).is_file() else SetName.GZ1
    match name:
        case SetName.GZ1 | SetName.DONT_KNOW:
            found = _galaxies(data if own else data / "gz1", name)
        case SetName.NON_GALAXY:
            found = _artefacts(data.parent if own else data)
        case SetName.EFIGI:
            found = _perturbed(data if own else data / "efigi")
    for part, files in (("reference", found.reference), ("test", found.normal), ("odd", found.odd)):
        if not files:
            raise BadData(f"{data}: set {found.name} has no {part} pictures; see docs/benchmarks.md")
    return found


def _galaxies(folder: Path, name: SetName) -> LabelledSet:
    rows = _rows(folder / LABELS, ("file", "split"))
    unknown = [row for row in rows if row.get("label") == "dont_know"]
    odd = [row for row in rows if row.get("anomaly") == "1" or row.get("label") == "merger"]
    apart = {row["file"] for row in (*unknown, *odd)}
    normal = [row for row in rows if row["file"] not in apart]
    asked = odd if name is SetName.GZ1 else unknown
    return _made(name.value, folder, normal, [folder / row["file"] for row in asked])


def _artefacts(data: Path) -> LabelledSet:
    folder = data / "kaggle"
    odd = sorted(path for path in (data / "nongalaxy").glob("*") if path.suffix.lower() in _PICTURES)
    return _made(SetName.NON_GALAXY.value, folder, _rows(folder / LABELS, ("file", "split")), odd)


def _perturbed(folder: Path) -> LabelledSet:
    rows = _rows(folder / ATTRIBUTES, ("PGC", "Perturbation", "split"))
    picture = {path.stem: path.name for path in folder.iterdir() if path.suffix.lower() in _PICTURES}
    rows = [dict(row, file=picture[row["PGC"]]) for row in rows if row["PGC"] in picture]
    odd = [row for row in rows if float(row["Perturbation"] or -1.0) >= _PERTURBED]
    normal = [row for row in rows if float(row["Perturbation"] or -1.0) < _PERTURBED]
    return _made(SetName.EFIGI.value, folder, normal, [folder / row["file"] for row in odd])


def _made(name: str, folder: Path, normal: list[dict[str, str]], odd: list[Path]) -> LabelledSet:
    parts = {
        split: tuple(folder / row["file"] for row in normal if row["split"] == split)
        for split in (_REFERENCE, _TEST)
    }
    return LabelledSet(name=name, reference=parts[_REFERENCE], normal=parts[_TEST], odd=tuple(odd))


def _rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    try:
        with path.open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            rows = list(reader)
    except (OSError, UnicodeDecodeError) as error:
        words = (error.strerror if isinstance(error, OSError) else None) or error
        raise BadData(f"{path}: {words}; see docs/benchmarks.md for what a set holds") from error
    missing = [name for name in columns if name not in (reader.fieldnames or ())]
    if missing:
        raise BadData(f"{path}: column {missing[0]!r} is missing; see docs/benchmarks.md")
    return rows
