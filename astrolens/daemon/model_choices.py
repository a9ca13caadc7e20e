"""Encoders that could be put to use here; their files are hashed once, and again only when they change."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Any

from astrolens.api.wire_models import ChoiceRow
from astrolens.daemon.house import House
from astrolens.domain.errors import ConfigError
from astrolens.domain.promotion import ChoiceKind
from astrolens.models.folder import SHIPPED, WEIGHTS, model_folder
from astrolens.models.load import expected_id
from astrolens.models.preprocessing import Crop, load_preprocessing

_HASHES = "model_hashes"
_MODELS = "models"


class Choices:
    """What can be named to be compared and promoted; blocks.

    Parameters
    ----------
    house : House
        What runs.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._lock = Lock()
        self._known: dict[str, Any] | None = None

    def rows(self) -> list[ChoiceRow]:
        """Every encoder that is here.

        Returns
        -------
        list of ChoiceRow
            The one in use first, then shipped ones, those in ``models/`` of the data folder, and former ones whose
            folder is still there. Encoders that make the same numbers are one row.
        """
        house = self._house
        configured = house.settings.analyse.model
        rows: dict[str, ChoiceRow] = {}
        for model, kind in self._named():
            in_use = model == house.model
            try:
                number = house.encoder.model_id if in_use else self._model_id(model)
            except ConfigError:
                continue
            row = rows.setdefault(
                number,
                ChoiceRow(
                    model=model,
                    model_id=number,
                    in_use=number == house.encoder.model_id,
                    kind=kind.value,
                    configured=False,
                ),
            )
            row["configured"] = row["configured"] or model == configured
        return list(rows.values())

    def weights_sha256(self, folder: Path) -> str:
        """Hash of a model's weights.

        Parameters
        ----------
        folder : Path
            Of the model.

        Returns
        -------
        str
            64 hex digits.
        """
        return self._kept("weights", folder, lambda: _sha256(folder / WEIGHTS))

    def _named(self) -> Iterator[tuple[str, ChoiceKind]]:
        """Names in their order, some of them twice; the one in use first."""
        house = self._house
        shipped = dict.fromkeys(SHIPPED, ChoiceKind.SHIPPED)
        trained = {
            str(folder): ChoiceKind.TRAINED
            for folder in sorted((house.paths.data / _MODELS).glob("*/"))
            if folder.is_dir() and (folder / WEIGHTS).is_file()
        }
        found = shipped | trained
        for one in house.store.promotions.recent(-1):
            for name in (one.model, one.former):
                found.setdefault(name, ChoiceKind.FORMER)
        configured = house.settings.analyse.model
        if found.get(configured, ChoiceKind.FORMER) is ChoiceKind.FORMER:
            found[configured] = ChoiceKind.TRAINED
        yield house.model, found.get(house.model, ChoiceKind.TRAINED)
        yield from found.items()

    def _model_id(self, model: str) -> str:
        folder, analyse = model_folder(model), self._house.settings.analyse
        wishes = f"{analyse.device} {analyse.runtime} {analyse.precision} {analyse.crop}"

        def made() -> str:
            name = expected_id(
                folder, device=analyse.device, runtime=analyse.runtime, precision=analyse.precision
            )
            own = analyse.crop in ("auto", load_preprocessing(folder).crop.value)
            return name if own else f"{name}-{Crop(analyse.crop)}"

        return self._kept(f"id {wishes}", folder, made)

    def _kept(self, what: str, folder: Path, make: Callable[[], str]) -> str:
        """A value that follows from the files of a folder, made only when they are others than last time."""
        key, stamp = f"{what} {folder}", _stamp(folder)
        state = self._house.store.state
        with self._lock:
            if self._known is None:
                self._known = dict(state.get(_HASHES, {}))
            found = self._known.get(key)
            if found is not None and found["stamp"] == stamp:
                return str(found["value"])
            value = make()
            # entries of folders that went away go with them
            kept = {name: one for name, one in self._known.items() if Path(one["folder"]).is_dir()}
            self._known = kept | {key: {"stamp": stamp, "value": value, "folder": str(folder)}}
            state.put(_HASHES, self._known)
            return value


def _stamp(folder: Path) -> list[list[str | int]]:
    """Name, size and time of every file, so that an exchanged one is noticed."""
    stamp: list[list[str | int]] = []
    for file in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):
            facts = file.stat()
            if file.suffix in (".json", ".safetensors"):
                stamp.append([file.name, facts.st_size, facts.st_mtime_ns])
    return stamp


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
