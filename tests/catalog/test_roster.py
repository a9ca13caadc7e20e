"""Every catalogue by its name: a match, a proven absence, and nothing else."""

from dataclasses import replace

import pytest
from aiohttp import web

from astrolens.catalog.roster import (
    NAMES,
    NEEDING_EPOCH,
    REMOTE_NAMES,
    answerable,
    build,
    catalogue,
    enquiries,
)
from astrolens.config.settings import CatalogSettings
from astrolens.domain.finding import CatalogOutcome
from tests.catalog.serving import at_port, services
from tests.fakes.known_place import EPOCH, QUESTION

FAKES = services()


def test_every_remote_catalogue_has_a_fake_and_a_word_in_the_settings() -> None:
    assert set(FAKES) == set(REMOTE_NAMES)
    settings = CatalogSettings.model_validate({"ask": NAMES})
    assert [one.traits.name for one in enquiries(settings)] == list(NAMES)
    assert [one.traits.offline for one in enquiries(settings)] == [True] + [False] * len(REMOTE_NAMES)
    assert {name for name in NAMES if catalogue(name, settings).traits.needs_epoch} == NEEDING_EPOCH


@pytest.mark.parametrize("name", REMOTE_NAMES)
async def test_what_is_there_is_found_once(name: str) -> None:
    service = FAKES[name]
    async with at_port(service.build(False)) as url:
        answer = await build(name, timeout_s=5.0, **service.options(url)).look_up(QUESTION)
    assert answer.reason == ""
    assert answer.outcome is CatalogOutcome.MATCH
    assert len(answer.matches) == service.expected
    (match,) = answer.matches
    assert match.catalogue == answer.catalogue == name
    assert match.separation_arcsec < 0.5
    assert 0.0 <= match.chance_probability < 0.05


@pytest.mark.parametrize("name", REMOTE_NAMES)
async def test_nothing_there_is_a_proof(name: str) -> None:
    service = FAKES[name]
    async with at_port(service.build(True)) as url:
        answer = await build(name, timeout_s=5.0, **service.options(url)).look_up(QUESTION)
    assert (answer.outcome, answer.reason, answer.matches) == (CatalogOutcome.NO_MATCH, "", ())


async def _sign_in(_request: web.Request) -> web.Response:
    return web.Response(text="<html><body>Sign in</body></html>", content_type="text/html")


@pytest.mark.parametrize("name", REMOTE_NAMES)
@pytest.mark.filterwarnings("ignore::astropy.io.votable.exceptions.VOWarning")
async def test_a_page_with_200_is_no_answer(name: str) -> None:
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", _sign_in)
    async with at_port(app) as url:
        answer = await build(name, timeout_s=5.0, **FAKES[name].options(url)).look_up(QUESTION)
    assert answer.outcome is CatalogOutcome.NOT_ANSWERED
    assert answer.reason


async def test_the_survey_that_never_looked_there_has_no_proof() -> None:
    from tests.fakes.tap_sky import TapSky
    from tests.fakes.vizier import PATH, table_of

    async with at_port(TapSky(tables=table_of("sdss")).app(PATH)) as url:
        answer = await build("sdss", **FAKES["sdss"].options(url)).look_up(QUESTION)
    assert answer.outcome is CatalogOutcome.NOT_ANSWERED
    assert "footprint" in answer.reason


def test_what_moves_is_required_only_where_the_time_is_known() -> None:
    assert answerable(("simbad", "skybot"), None) == ("simbad",)
    assert answerable(("simbad", "skybot"), EPOCH) == ("simbad", "skybot")


async def test_without_a_key_the_reason_says_what_to_set() -> None:
    answer = await build("tns").look_up(replace(QUESTION, epoch=None))
    assert answer.outcome is CatalogOutcome.NOT_ANSWERED
    assert "catalog.tns_api_key" in answer.reason


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(ValueError, match="choose from openngc-offline"):
        build("nonsuch")
    with pytest.raises(ValueError, match="add it there"):
        CatalogSettings(ask=("simbad",), required=("ned",))
