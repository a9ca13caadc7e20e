"""What the view of models says of choices, comparisons and promotions."""

import asyncio
import shutil
from pathlib import Path

from astrolens.api.shapes import mistake_in, schema_of
from astrolens.api.wire_models import ModelsReply
from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.daemon.model_view import ModelDesk
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind

AT = "2026-11-21T00:00:00.000Z"


async def test_comparisons_with_the_one_in_use_and_promotions_newest_first(house: House) -> None:
    desk, store, mine = ModelDesk(house), house.store, house.encoder.model_id
    first = await store.run(desk.reply)
    fast = next(one for one in first["choices"] if one["model"] == "bundled-fast")

    def compared(model_id: str, former_id: str, low: float) -> None:
        store.promotions.add_comparison(
            Comparison(
                model="bundled-fast", model_id=model_id, former="x", former_id=former_id, odd=20, normals=60,
                auroc=0.95, former_auroc=0.9, low=low, high=0.09, at=AT,
                outcome=Outcome.BETTER if low > 0 else Outcome.NOT_BETTER,
            )
        )  # fmt: skip

    def fill() -> None:
        compared(fast["model_id"], mine, 0.01)
        compared(fast["model_id"], mine, -0.01)
        compared(fast["model_id"], "another", 0.02)
        compared("no-choice-any-more", mine, 0.03)
        for number in range(22):
            store.promotions.add(
                Promotion(
                    kind=PromotionKind.PROMOTED, model="a", model_id="a-1", former="b", former_id="b-1",
                    configured="c", by="ada", reason=str(number), at=AT,
                )
            )  # fmt: skip

    await store.run(fill)
    house.comparing.now = "bundled-whole"
    reply = await store.run(desk.reply)
    assert mistake_in(reply, schema_of(ModelsReply)) is None
    assert [(one["model_id"], one["low"]) for one in reply["comparisons"]] == [(fast["model_id"], -0.01)]
    assert [one["reason"] for one in reply["promotions"]] == [str(number) for number in range(21, 1, -1)]
    assert reply["comparing"] == "bundled-whole"
    assert reply["choices"] == first["choices"], "folders that are not there are no choices"


async def test_one_whose_files_went_away_is_still_listed(
    settings: Settings, paths: Paths, tiny_model: Path, tmp_path: Path
) -> None:
    mine = await asyncio.to_thread(shutil.copytree, tiny_model, tmp_path / "mine")
    analyse = settings.analyse.model_copy(update={"model": str(mine)})
    async with open_house(settings.model_copy(update={"analyse": analyse}), paths, quiet=True) as house:
        whole = await house.store.run(ModelDesk(house).reply)
        await asyncio.to_thread(shutil.rmtree, mine)
        reply = await house.store.run(ModelDesk(house).reply)
    assert mistake_in(reply, schema_of(ModelsReply)) is None
    assert len(whole["weights_sha256"]) == 64
    assert (reply["in_use"], reply["weights_sha256"]) == (whole["in_use"], "")
    ((name, words),) = reply["facts"]
    assert name == "files"
    assert words.startswith(f"there is no folder '{mine}'")
    assert reply["choices"][0]["in_use"]
