"""What the view of models says: versions, calibrations, and whether the budget is kept."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from astrolens.api.models import comparison_row, promotion_row
from astrolens.api.wire_models import AlarmRow, CalibrationRow, DriftRow, ModelRow, ModelsReply, NightRow
from astrolens.daemon.house import House
from astrolens.daemon.model_choices import Choices
from astrolens.detect.drift import ALARM, Drift
from astrolens.domain.errors import BadData, ConfigError
from astrolens.models.folder import CONFIG, model_folder, read_json
from astrolens.pipeline.drift import drift_key

_PROMOTIONS = 20
_SHAPE = (
    ("kind", "model_type"),
    ("width", "hidden_size"),
    ("layers", "num_hidden_layers"),
    ("heads", "num_attention_heads"),
    ("patch", "patch_size"),
)


class ModelDesk:
    """Answers about models.

    Parameters
    ----------
    house : House
        What runs.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._choices = Choices(house)

    def reply(self) -> ModelsReply:
        """Everything at one moment; blocks.

        Returns
        -------
        ModelsReply
            For the wire.
        """
        house = self._house
        in_use, history = house.encoder.model_id, house.store.model_history
        models = [
            ModelRow(
                model_id=one.model_id, in_use=one.model_id == in_use, pictures=one.pictures,
                calibrations=one.calibrations, newest_calibration=one.newest,
            )
            for one in history.models()
        ]  # fmt: skip
        if not any(one["in_use"] for one in models):
            models.insert(
                0,
                ModelRow(model_id=in_use, in_use=True, pictures=0, calibrations=0, newest_calibration=""),
            )
        calibrations = [
            CalibrationRow(
                source=one.source, state_id=one.state_id, model_id=one.model_id, fitted=one.fitted,
                calibrated=one.calibrated, made_at=one.made_at, of_model_in_use=one.model_id == in_use,
            )
            for one in history.calibrations()
        ]  # fmt: skip
        names = [loaded.name for loaded in house.sources if loaded.settings.enabled]
        budget = house.settings.detect.budget_per_1000
        nights = [NightRow(night=one.night, judged=one.judged, odd=one.odd) for one in history.nights(budget)]
        facts, weights = self._on_disk()
        choices = self._choices.rows()
        ids = {one["model_id"] for one in choices}
        promotions = house.store.promotions
        return ModelsReply(
            in_use=in_use,
            device=house.encoder.device,
            facts=facts,
            weights_sha256=weights,
            models=models,
            calibrations=calibrations,
            alarms=[self._alarms(name) for name in names],
            drift=[self._drift(name) for name in names],
            nights=nights,
            choices=choices,
            promotions=[promotion_row(one) for one in promotions.recent(_PROMOTIONS)],
            comparisons=[
                comparison_row(one) for one in promotions.comparisons_with(in_use) if one.model_id in ids
            ],
            comparing=house.comparing.now,
        )

    def _on_disk(self) -> tuple[list[list[str]], str]:
        """Facts and hash of the files of the one in use, which runs on when they go away."""
        try:
            folder = model_folder(self._house.model)
            return self._facts(folder), self._choices.weights_sha256(folder)
        except (ConfigError, OSError) as error:
            return [["files", str(error)]], ""

    def _facts(self, folder: Path) -> list[list[str]]:
        encoder, steps = self._house.encoder, self._house.encoder.preprocessing
        config = read_json(folder / CONFIG)
        shape = [f"{name} {config[key]}" for name, key in _SHAPE if key in config]
        return [
            ["network", ", ".join(shape)],
            ["input", f"{steps.size} px, middle {100 * steps.crop_fraction:.0f} %"],
            ["embedding", f"{encoder.dimension} numbers"],
            ["classes", ", ".join(encoder.class_names) or "none"],
            ["heads", ", ".join(encoder.head_names) or "none"],
            ["runs on", f"{encoder.device}, {self._house.settings.analyse.threads} threads"],
        ]

    def _alarms(self, source: str) -> AlarmRow:
        said = self._house.store.nights.said(source)
        kept: dict[str, Any] = self._house.store.state.get(f"threshold/{source}", {})
        budget = self._house.settings.detect.budget_per_1000
        factor = float(kept.get("factor", 1.0)) if kept.get("budget_per_1000") == budget else 1.0
        flagged = 1000.0 * said["flagged"] / said["judged"] if said["judged"] else None
        share = said["normal"] / said["labelled"] if said["labelled"] else None
        return AlarmRow(
            source=source, judged=said["judged"], flagged=said["flagged"], labelled=said["labelled"],
            false_alarms=said["normal"], flagged_per_1000=flagged,
            false_per_1000=None if flagged is None or share is None else flagged * share,
            budget_per_1000=budget, threshold_factor=factor,
        )  # fmt: skip

    def _drift(self, source: str) -> DriftRow:
        kept = self._house.store.state.get(drift_key(source))
        with suppress(BadData):
            watch = None if kept is None else Drift.restore(kept)
            if watch is not None:
                return DriftRow(
                    source=source, word=watch.word.value, evidence=watch.evidence, alarm_at=ALARM,
                    direction=watch.direction, pictures=watch.seen, state_id=watch.state_id,
                )  # fmt: skip
        return DriftRow(
            source=source, word="unknown", evidence=0.0, alarm_at=ALARM, direction="", pictures=0, state_id=""
        )
