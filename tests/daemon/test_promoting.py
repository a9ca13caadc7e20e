"""Which encoder is taken up: the promoted one, that of the file, or the one before; on a real profile with tiny networks."""

import asyncio
import shutil
from pathlib import Path

import pytest

from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.house import House, open_house
from astrolens.daemon.model_choices import Choices
from astrolens.daemon.promoting import Promoter
from astrolens.daemon.taking_up import take_up
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.errors import BadData, ConfigError
from astrolens.domain.event import Event, EventKind
from astrolens.domain.promotion import Comparison, Outcome, Promotion, PromotionKind
from astrolens.store.promotions import MODEL_NAMED
from astrolens.store.store import open_store
from tests.models.tiny import write_tiny_model

pytestmark = pytest.mark.timeout(60)


@pytest.fixture(scope="session")
def other_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_model(tmp_path_factory.mktemp("other"), seed=1)


@pytest.fixture
def other(other_model: Path, tmp_path: Path) -> Path:
    """A copy that a test may break."""
    return Path(shutil.copytree(other_model, tmp_path / "other"))


@pytest.fixture(autouse=True)
def written(settings: Settings, paths: Paths) -> None:
    """The file says what the house is opened with."""
    write(paths, settings.analyse.model)


def write(paths: Paths, model: str) -> None:
    paths.config_file.write_text(f'[analyse]\nmodel = "{model}"\n')


def promoter(house: House) -> tuple[Promoter, list[str]]:
    ordered: list[str] = []
    return Promoter(house, lambda: ordered.append("open anew")), ordered


def outcome(house: House, model: str, model_id: str, outcome: Outcome) -> Comparison:
    return Comparison(
        model=model, model_id=model_id, former=house.model, former_id=house.encoder.model_id, odd=20, normals=60,
        auroc=0.95, former_auroc=0.9, low=0.01 if outcome is Outcome.BETTER else -0.01, high=0.09, outcome=outcome,
        at=iso(utc_now()),
    )  # fmt: skip


def a_change(
    former: str, model: str, configured: str, kind: PromotionKind = PromotionKind.PROMOTED
) -> Promotion:
    return Promotion(
        kind=kind, model=model, model_id=f"{model}-id", former=former, former_id=f"{former}-id",
        configured=configured, by="ada", at=iso(utc_now()),
    )  # fmt: skip


async def in_use(settings: Settings, paths: Paths, heard: list[Event] | None = None) -> str:
    """The model that a house works with when it is opened."""
    publish = (heard if heard is not None else []).append
    async with open_house(settings, paths, quiet=True, publish=publish) as house:
        return house.model


async def test_a_better_one_is_promoted_and_rolled_back(
    house: House, heard: list[Event], settings: Settings, paths: Paths, other: Path
) -> None:
    first, name = settings.analyse.model, str(other)
    one, ordered = promoter(house)
    with pytest.raises(BadData, match=r"never compared with tiny0.*models compare"):
        await one.promote(name, by="ada", reason="", without_proof=False)
    encoder = await asyncio.to_thread(house.comparing.load, name)
    for found, words in ((Outcome.NOT_BETTER, "not shown to be better: AUROC 0.950"), (Outcome.BETTER, "")):
        await house.store.run(
            house.store.promotions.add_comparison, outcome(house, name, encoder.model_id, found)
        )
        if words:
            with pytest.raises(BadData, match=words):
                await one.promote(name, by="ada", reason="", without_proof=False)
    assert ordered == []
    done = await one.promote(name, by="ada", reason=" it is better \n", without_proof=False)
    assert (done.model, done.former, done.by, done.reason) == (name, first, "ada", "it is better")
    assert done.comparison is not None
    assert done.comparison.outcome is Outcome.BETTER
    assert ordered == ["open anew"]
    assert heard[-1].kind is EventKind.MODEL_PROMOTED
    assert heard[-1].payload["words"] == done.comparison.words()
    with pytest.raises(BadData, match="being taken up now"):
        await one.roll_back(by="ada", reason="")
    await asyncio.to_thread(house.store.close)
    async with open_house(settings, paths, quiet=True) as again:
        assert (again.model, again.encoder.model_id) == (name, encoder.model_id)
        assert again.settings.analyse.model == first
        (row, *rest) = await again.store.run(Choices(again).rows)
        assert (row["model"], row["in_use"], row["configured"], row["kind"]) == (name, True, False, "former")
        assert [one["configured"] for one in rest].count(True) == 1
        back, ordered = promoter(again)
        with pytest.raises(BadData, match="is the encoder in use"):
            await back.promote(name, by="ada", reason="", without_proof=True)
        undone = await back.roll_back(by="bob", reason="worse on mergers")
        assert (undone.kind, undone.model, undone.former) == (PromotionKind.ROLLED_BACK, first, name)
        assert ordered == ["open anew"]
    assert await in_use(settings, paths) == first
    async with open_house(settings, paths, quiet=True) as again:
        with pytest.raises(BadData, match="nothing to go back to"):
            await promoter(again)[0].roll_back(by="bob", reason="")


async def test_without_proof_and_wrong_folders(house: House, other: Path, tmp_path: Path) -> None:
    one, ordered = promoter(house)
    with pytest.raises(BadData, match="nothing to go back to"):
        await one.roll_back(by="ada", reason="")
    nowhere = str(tmp_path / "nowhere")
    for asked in (
        one.promote(nowhere, by="ada", reason="", without_proof=True),
        one.promote(nowhere, by="ada", reason="", without_proof=False),
        one.compare(nowhere),
    ):
        with pytest.raises(ConfigError) as refused:
            await asked
        assert str(refused.value).startswith(
            f"{nowhere!r} cannot be taken up: there is no folder {nowhere!r}; "
        )
        assert str(refused.value).endswith("; 'astrolens models' lists those that can be promoted")
        assert "analyse.model" not in str(refused.value), "it was not the file that named it"
    weights = other / "model.safetensors"
    whole = await asyncio.to_thread(weights.read_bytes)
    await asyncio.to_thread(weights.write_bytes, whole[: len(whole) // 2])
    with pytest.raises(ConfigError, match=r"other' cannot be taken up: .*'astrolens models' lists"):
        await one.promote(str(other), by="ada", reason="", without_proof=True)
    assert await house.store.run(house.store.promotions.newest) is None
    await asyncio.to_thread(weights.write_bytes, whole)
    done = await one.promote(str(other), by="ada", reason="", without_proof=True)
    assert done.comparison is None
    assert "without proof" in done.words()
    assert ordered == ["open anew"]


async def test_a_file_that_waits_for_the_next_start_comes_first(
    house: House, paths: Paths, other: Path
) -> None:
    await asyncio.to_thread(write, paths, "bundled-fast")
    with pytest.raises(BadData, match=r"reads 'bundled-fast' in .* waits for the next start"):
        await promoter(house)[0].promote(str(other), by="ada", reason="", without_proof=True)


async def test_an_edited_file_wins_and_is_on_record(settings: Settings, paths: Paths, other: Path) -> None:
    def edited(model: str) -> Settings:
        return settings.model_copy(update={"analyse": settings.analyse.model_copy(update={"model": model})})

    def kinds() -> list[tuple[str, str]]:
        store = open_store(paths)
        try:
            return [(one.kind.value, one.model) for one in store.promotions.recent(-1)]
        finally:
            store.close()

    first = settings.analyse.model
    assert await in_use(settings, paths) == first
    assert await asyncio.to_thread(kinds) == [], "the very first start is no change"
    assert await in_use(edited(str(other)), paths) == str(other)
    assert await in_use(edited(str(other)), paths) == str(other)
    assert await asyncio.to_thread(kinds) == [("configured", str(other))]
    await asyncio.to_thread(write, paths, str(other))
    async with open_house(edited(str(other)), paths, quiet=True) as house:
        await promoter(house)[0].roll_back(by="ada", reason="")
    assert await in_use(edited(str(other)), paths) == first, "while the file reads the same"
    assert await in_use(settings, paths) == first, "the file says so itself"
    assert await asyncio.to_thread(kinds) == [
        ("configured", first), ("rolled_back", first), ("configured", str(other)),
    ]  # fmt: skip


async def test_a_promoted_one_that_went_away_is_rolled_back(
    settings: Settings, paths: Paths, other: Path, tmp_path: Path
) -> None:
    first = settings.analyse.model
    third = await asyncio.to_thread(write_tiny_model, tmp_path / "third", 2)
    for name in (str(other), str(third)):
        async with open_house(settings, paths, quiet=True) as house:
            await promoter(house)[0].promote(name, by="ada", reason="", without_proof=True)
    assert await in_use(settings, paths) == str(third)
    await asyncio.to_thread(shutil.rmtree, third)
    await asyncio.to_thread((other / "config.json").unlink)
    heard: list[Event] = []
    assert await in_use(settings, paths, heard) == first
    told = [event for event in heard if event.kind is EventKind.MODEL_ROLLED_BACK]
    assert [event.payload["model"] for event in told] == [str(other), first]
    assert {event.payload["by"] for event in told} == {"astrolens"}
    assert "third" in str(told[0].payload["reason"])
    assert await in_use(settings, paths, heard) == first
    assert len([event for event in heard if event.kind is EventKind.MODEL_ROLLED_BACK]) == 2


def test_one_that_kills_the_process_is_given_up(settings: Settings, paths: Paths, other: Path) -> None:
    first = settings.analyse.model
    store = open_store(paths)
    try:
        stored, told = store.promotions.add(a_change(first, str(other), first))
        assert [event.kind for event in told] == [EventKind.MODEL_PROMOTED]
        for tries in range(3):  # the process died each time
            assert store.promotions.begin(stored.number) == tries
        found = take_up(store, settings, paths)
        assert (found.model, [event.kind for event in found.told]) == (first, [EventKind.MODEL_ROLLED_BACK])
        assert "ended 3 times" in str(found.told[0].payload["reason"])
        assert store.state.get(MODEL_NAMED) == first
    finally:
        store.close()


def test_a_missing_model_of_the_file_stays_a_mistake_of_the_file(
    settings: Settings, paths: Paths, tmp_path: Path
) -> None:
    wrong = settings.analyse.model_copy(update={"model": str(tmp_path / "nowhere")})
    store = open_store(paths)
    try:
        for _ in range(2):
            with pytest.raises(
                ConfigError, match=r"^analyse\.model: there is no folder '.*nowhere'; name bundled"
            ):
                take_up(store, settings.model_copy(update={"analyse": wrong}), paths)
        store.promotions.add(a_change(wrong.model, str(tmp_path / "away"), wrong.model))
        with pytest.raises(ConfigError, match="nowhere"):
            take_up(store, settings.model_copy(update={"analyse": wrong}), paths)
    finally:
        store.close()


async def test_choices_are_hashed_once_and_again_when_they_change(house: House, other: Path) -> None:
    mine = house.paths.data / "models" / "mine"
    await asyncio.to_thread(shutil.copytree, other, mine)
    choices = Choices(house)

    def look() -> dict[str, str]:
        return {row["model"]: row["model_id"] for row in choices.rows() if row["kind"] == "trained"}

    before = await house.store.run(look)
    assert set(before) == {house.model, str(mine)}
    kept = await house.store.run(house.store.state.get, "model_hashes")
    assert await house.store.run(Choices(house).rows) == await house.store.run(choices.rows)
    assert await house.store.run(house.store.state.get, "model_hashes") == kept
    text = await asyncio.to_thread((mine / "preprocessing.json").read_text)
    await asyncio.to_thread((mine / "preprocessing.json").write_text, text.replace("0.5", "0.75"))
    after = await house.store.run(look)
    assert after[str(mine)] != before[str(mine)]
    await asyncio.to_thread(shutil.rmtree, mine)
    assert set(await house.store.run(look)) == {house.model}
