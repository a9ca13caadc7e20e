"""A describer on a server that may be in any mood."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Literal

import pytest

from astrolens.config.settings import DescribeSettings
from astrolens.describe.prompt import Subject
from astrolens.describe.stage import Describer, open_describer
from astrolens.domain.analysis import Morphology, MorphologyFlag
from astrolens.domain.finding import CatalogAnswer, CatalogMatch, CatalogOutcome
from astrolens.domain.sky import SkyPosition
from tests.fakes.talker import Mood, TalkerServer, a_talker

Provider = Literal["ollama", "openai"]
PROVIDERS: tuple[Provider, ...] = ("ollama", "openai")
JPEG = b"\xff\xd8\xff\xe0 picture"
OpenDescriber = Callable[..., AbstractAsyncContextManager[tuple[Describer, TalkerServer]]]


def a_subject(name: str = "galaxy.jpg", **changes: Any) -> Subject:
    numbers = dict.fromkeys(Morphology.number_names(), 0.5)
    values: dict[str, Any] = {
        "image_id": 7,
        "jpeg": JPEG,
        "source": "folder",
        "name": name,
        "bands": ("g", "r"),
        "width": 424,
        "height": 424,
        "pixel_scale_arcsec": 0.396,
        "morphology": Morphology(**(numbers | {"asymmetry": float("nan")}), flags=MorphologyFlag.NONE),
    }
    return Subject(**(values | changes))


def a_match(name: str, kind: str = "G") -> CatalogAnswer:
    match = CatalogMatch(
        catalogue="simbad",
        name=name,
        object_type=kind,
        position=SkyPosition(ra_deg=10.0, dec_deg=20.0),
        separation_arcsec=1.2,
        chance_probability=1e-4,
    )
    return CatalogAnswer(catalogue="simbad", outcome=CatalogOutcome.MATCH, matches=(match,))


def settings_for(server: TalkerServer, provider: Provider = "ollama", **changes: Any) -> DescribeSettings:
    url = server.url + ("/v1" if provider == "openai" else "")
    return DescribeSettings(enabled=True, provider=provider, url=url, **changes)


@pytest.fixture
def describer() -> OpenDescriber:
    @asynccontextmanager
    async def opened(
        mood: Mood = Mood.GOOD, provider: Provider = "ollama", **changes: Any
    ) -> AsyncIterator[tuple[Describer, TalkerServer]]:
        async with a_talker(mood) as server:
            made = await asyncio.to_thread(open_describer, settings_for(server, provider, **changes))
            assert made is not None
            try:
                yield made, server
            finally:
                await made.close()

    return opened
