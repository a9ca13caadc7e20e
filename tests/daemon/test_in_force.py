"""Which encoder is in force, as a verb without a house finds it: by the rule of the house, whatever the profile is like."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from astrolens.config.load import load
from astrolens.config.paths import Paths
from astrolens.config.settings import Settings
from astrolens.daemon.in_force import Origin, encoder_in_force
from astrolens.daemon.taking_up import take_up
from astrolens.domain.errors import ConfigError
from astrolens.domain.promotion import PromotionKind
from astrolens.store.store import open_store
from tests.daemon.test_promoting import a_change
from tests.models.tiny import write_tiny_model


def changed(paths: Paths, *changes: tuple[str, str, str, PromotionKind]) -> None:
    store = open_store(paths)
    try:
        for former, model, configured, kind in changes:
            store.promotions.add(a_change(former, model, configured, kind))
    finally:
        store.close()


def test_without_a_profile_the_setting_holds_and_nothing_is_written(settings: Settings, paths: Paths) -> None:
    found = encoder_in_force(settings, paths)
    assert (found.model, found.origin) == (settings.analyse.model, Origin.SETTING)
    assert found.words() == "named by analyse.model"
    assert (found.taken_up, found.trouble) == ("", "")
    assert found.within(settings) == settings
    usual = encoder_in_force(Settings(), paths)
    assert (usual.model, usual.origin, usual.words()) == ("bundled", Origin.DEFAULT, "the default")
    assert not paths.data.exists()


def test_the_fast_profile_is_a_setting(paths: Paths) -> None:
    paths.config_file.write_text('[analyse]\nprofile = "fast"\n')
    found = encoder_in_force(load(paths.config_file), paths)
    assert (found.model, found.origin, found.words()) == (
        "bundled-fast", Origin.SETTING, "named by analyse.profile",
    )  # fmt: skip


def test_a_promotion_holds_until_the_file_is_edited(settings: Settings, paths: Paths) -> None:
    first = settings.analyse.model
    changed(paths, (first, "bundled-fast", first, PromotionKind.PROMOTED))
    found = encoder_in_force(settings, paths)
    assert (found.model, found.origin, found.configured) == ("bundled-fast", Origin.PROMOTED, first)
    assert found.words().startswith("promoted 20")
    assert found.words().endswith(f" by ada; analyse.model names {first}")
    assert found.within(settings).analyse.model == "bundled-fast"
    assert found.folder().name == "bundled_fast"
    assert encoder_in_force(Settings(), paths).origin is Origin.DEFAULT, "the file reads otherwise now"
    changed(paths, ("bundled-fast", first, first, PromotionKind.ROLLED_BACK))
    found = encoder_in_force(settings, paths)
    assert (found.model, found.origin) == (first, Origin.ROLLED_BACK)
    assert found.words().startswith("taken up again 20")
    changed(paths, (first, first, first, PromotionKind.CONFIGURED))
    assert encoder_in_force(settings, paths).origin is Origin.SETTING


def test_it_is_the_one_that_a_house_takes_up(settings: Settings, paths: Paths, tmp_path: Path) -> None:
    other = str(write_tiny_model(tmp_path / "other", 1))
    changed(paths, (settings.analyse.model, other, settings.analyse.model, PromotionKind.PROMOTED))
    store = open_store(paths)
    try:
        assert take_up(store, settings, paths).model == encoder_in_force(settings, paths).model == other
        assert encoder_in_force(settings, paths).taken_up == other, "also while somebody works on it"
    finally:
        store.close()


def test_who_named_what_is_not_there_is_said(settings: Settings, paths: Paths, tmp_path: Path) -> None:
    gone = str(tmp_path / "gone")
    changed(paths, (settings.analyse.model, gone, settings.analyse.model, PromotionKind.PROMOTED))
    with pytest.raises(ConfigError) as refused:
        encoder_in_force(settings, paths).folder()
    words = str(refused.value)
    assert words.startswith(f"{gone!r}, the encoder in force (promoted 20")
    assert f"there is no folder {gone!r}" in words
    assert "the next start of the daemon takes up the one before by itself" in words
    wrong = settings.model_copy(update={"analyse": settings.analyse.model_copy(update={"model": gone})})
    with pytest.raises(ConfigError, match=r"^analyse\.model: there is no folder"):
        encoder_in_force(wrong, paths).folder()


@pytest.mark.parametrize("harm", ["no database", "a folder", "older", "of a newer one"])
def test_a_database_that_cannot_be_read_is_told(harm: str, settings: Settings, paths: Paths) -> None:
    first = settings.analyse.model
    changed(paths, (first, "bundled-fast", first, PromotionKind.PROMOTED))
    if harm == "no database":
        paths.database.write_bytes(b"no database at all" * 300)
    elif harm == "a folder":
        shutil.move(paths.database, paths.data / "away")
        paths.database.mkdir()
    else:
        connection = sqlite3.connect(paths.database)
        try:
            connection.executescript(
                "DROP TABLE promotions"
                if harm == "older"
                else "DROP TRIGGER promotions_never_changed; UPDATE promotions SET kind = 'borrowed'"
            )
        finally:
            connection.close()
    found = encoder_in_force(settings, paths)
    assert (found.model, found.origin) == (first, Origin.SETTING)
    told = harm in ("no database", "of a newer one")
    assert bool(found.trouble) is told
    if told:
        assert found.trouble.startswith(f"{paths.database} does not say which encoder is in use: ")
