"""The card of a verdict out of a whole house: real pictures, a tiny network, neighbours and a heat map."""

import asyncio
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.daemon.control import HouseControl
from astrolens.daemon.house import House
from astrolens.daemon.metrics import Metrics
from astrolens.daemon.status import StatusDesk
from astrolens.store.detail import MODEL_IN_USE
from tests.pipeline.pictures import paint, stand_still
from tests.pipeline.test_image import at_work, rest, settings_for

pytestmark = pytest.mark.process


async def no_reload() -> list[str]:
    return []


def control(house: House) -> HouseControl:
    return HouseControl(
        house, StatusDesk(house, "0"), Metrics(), reload=no_reload, open_anew=lambda: None, stop=lambda: None
    )


async def test_a_judged_picture_has_a_whole_card(tmp_path: Path, tiny_model: Path, paths: Paths) -> None:
    settings = settings_for(tmp_path / "pictures", tiny_model)
    await asyncio.to_thread(paint, tmp_path / "pictures", 44)
    await asyncio.to_thread(stand_still, tmp_path / "pictures")
    async with at_work(settings, paths) as house:
        await rest(house)
        daemon = control(house)
        card = await daemon.why(1, heat=True)
        assert card is not None
        assert await house.store.run(house.store.state.get, MODEL_IN_USE) == house.encoder.model_id
        assert (card.model_id, card.former_model) == (house.encoder.model_id, False)
        assert card.calibrated_on is not None
        assert card.calibrated_on >= 40
        weights = {one.name: one.weight for one in card.detectors}
        assert weights["mahalanobis"] > 0.0
        assert weights["msp"] == 0.0
        assert 1 not in [one.image_id for one in card.normals]
        assert len(card.normals) == 5
        assert card.labelled == ()
        assert card.heat is not None
        assert 0.0 <= card.heat.values.min() <= card.heat.values.max() <= 1.0
        record = await house.store.run(house.store.images.get, 1)
        assert record is not None
        assert record.width is not None
        assert 0.0 <= card.heat.box.left < card.heat.box.right <= record.width
        assert (await daemon.why(1, heat=False)).heat is None  # type: ignore[union-attr]
        assert await daemon.why(999, heat=True) is None
        tried = await daemon.try_calibration("folder")
        assert tried is not None
        assert tried.table.pictures == 44
        await house.store.run(house.store.blobs.remove, record.sha256 or "")
        gone = await daemon.why(1, heat=True)
        assert gone is not None
        assert gone.heat is None
