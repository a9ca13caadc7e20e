"""Composition root: every object of the image branch, built from the settings and taken down in order."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib.metadata import version
from random import Random

from astrolens.catalog.stage import CrossMatcher
from astrolens.config.paths import Paths, make_private
from astrolens.config.settings import Settings
from astrolens.daemon.taking_up import InUse, given_encoder, take_up
from astrolens.describe.stage import open_describer
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.event import Event
from astrolens.domain.image import ImageState
from astrolens.download.fetch import HttpFetcher
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.models.preprocessing import Measures
from astrolens.notify.stage import Notifier
from astrolens.pipeline.announce import Announcer
from astrolens.pipeline.comparing import Comparing, Measure
from astrolens.pipeline.describing import Describing
from astrolens.pipeline.encoding import EncoderLane
from astrolens.pipeline.fetching import Fetching
from astrolens.pipeline.flow import Ledger, Stage
from astrolens.pipeline.heat_maps import HeatMaps
from astrolens.pipeline.image import MOST_FETCHED, ImageFlow, room_for
from astrolens.pipeline.judging import Judging
from astrolens.pipeline.lanes import FetchLanes
from astrolens.pipeline.late_shapes import LateShapes
from astrolens.pipeline.linear_pixels import LinearPixels
from astrolens.pipeline.lookup import LookUp
from astrolens.pipeline.measure_file import FUNCTION
from astrolens.pipeline.measuring import Measuring
from astrolens.pipeline.offering import Offering, saved_health
from astrolens.pipeline.remeasuring import Remeasuring
from astrolens.pipeline.sandbox import Sandbox
from astrolens.pipeline.source_framing import SourceFraming
from astrolens.pipeline.why_cards import WhyCards
from astrolens.sources.loader import LoadedSource, load_sources
from astrolens.sources.rotation import Rotation, Turn
from astrolens.store.record import ImageRecord
from astrolens.store.store import Store, open_store

_MEGABYTE = 2**20
_GIGABYTE = 10**9


@dataclass(slots=True, kw_only=True)
class House:
    """Everything that runs.

    Attributes
    ----------
    settings : Settings
        As they were read.
    paths : Paths
        Where things live.
    store : Store
        The data.
    model : str
        The network in use, as ``analyse.model`` names one.
    encoder : Encoder
        The network.
    sources : tuple of LoadedSource
        Every table below ``[sources]``, broken and switched-off ones too.
    rotation : Rotation
        Whose turn it is.
    http : HttpFetcher
        The way to servers.
    announcer : Announcer
        Writes events.
    notifier : Notifier
        Tells a person.
    flow : ImageFlow
        The stages.
    describing : Describing
        Words of a language model.
    why_cards : WhyCards
        The evidence for verdicts.
    pixels : LinearPixels
        Decodes pictures for viewers.
    comparing : Comparing
        Compares other networks with the one in use.
    """

    settings: Settings
    paths: Paths
    store: Store
    model: str
    encoder: Encoder
    sources: tuple[LoadedSource, ...]
    rotation: Rotation
    http: HttpFetcher
    announcer: Announcer
    notifier: Notifier
    flow: ImageFlow
    describing: Describing
    why_cards: WhyCards
    pixels: LinearPixels
    comparing: Comparing

    def apply(self, settings: Settings) -> None:
        """Take up settings that may change while everything runs.

        Parameters
        ----------
        settings : Settings
            A new reading; what it changes elsewhere waits for the next start.
        """
        mine, new = self.settings, settings
        level = {"log_level": new.daemon.log_level}
        kept = {"keep_normal_days": new.store.keep_normal_days, "keep_events": new.store.keep_events}
        self.settings = mine.model_copy(
            update={
                "detect": new.detect,
                "daemon": mine.daemon.model_copy(update=level),
                "ui": new.ui,
                "store": mine.store.model_copy(update=kept),
            }
        )
        self.flow.judging.apply(settings.detect)

    def working(self) -> dict[str, LoadedSource]:
        """Sources that can be asked.

        Returns
        -------
        dict of str to LoadedSource
            By name.
        """
        return {loaded.name: loaded for loaded in self.sources if loaded.plugin is not None}


@asynccontextmanager
async def open_house(
    settings: Settings,
    paths: Paths,
    *,
    publish: Callable[[Event], None] = lambda _event: None,
    quiet: bool = False,
) -> AsyncIterator[House]:
    """Build everything; the flow does not run yet.

    Parameters
    ----------
    settings : Settings
        Valid settings.
    paths : Paths
        Folders; they are created. The caller holds the profile's lock.
    publish : Callable
        Hears every committed event.
    quiet : bool
        No desktop notifications.

    Yields
    ------
    House
        Open until the context ends.

    Raises
    ------
    ConfigError
        If a folder, a model or a source table is wrong.
    """
    await asyncio.to_thread(make_private, paths.data)
    async with AsyncExitStack() as stack:
        store = await asyncio.to_thread(open_store, paths)
        stack.push_async_callback(asyncio.to_thread, store.close)
        await store.run(store.blobs.size_bytes)  # walks the folder once; cheap from here on
        sources = tuple(await asyncio.to_thread(load_sources, settings))
        in_use = await asyncio.to_thread(take_up, store, settings, paths)
        download = settings.download
        sandbox = await stack.enter_async_context(
            Sandbox(
                FUNCTION,
                processes=download.decode_processes,
                memory_mb=download.decode_memory_mb,
                timeout_s=download.decode_timeout_s,
            )
        )
        user_agent = await asyncio.to_thread(agent, settings)
        http = await stack.enter_async_context(HttpFetcher(download, user_agent=user_agent))
        announcer = Announcer(store, publish)
        announcer.publish(in_use.told)
        notifier = Notifier(
            settings.notify if not quiet else settings.notify.model_copy(update={"desktop": False})
        )
        rotation = Rotation(
            [
                Turn(name=one.name, weight=one.settings.weight, interval_s=one.interval_s)
                for one in sources
                if one.plugin
            ],
            random=Random(settings.detect.seed),
            health=await asyncio.to_thread(saved_health, store),
        )
        matcher = CrossMatcher(settings.catalog, store.crossref, user_agent=user_agent)
        flow, why_cards, comparing = _flow(
            settings, paths, store, in_use, sandbox, http, sources, rotation, announcer, notifier, matcher
        )
        pixels = await stack.enter_async_context(
            LinearPixels(
                store,
                DecodeLimits(megapixels=download.limit_megapixels),
                memory_mb=download.decode_memory_mb,
                timeout_s=download.decode_timeout_s,
            )
        )
        describer = await asyncio.to_thread(open_describer, settings.describe)
        if describer is not None:
            stack.push_async_callback(describer.close)
        yield House(
            settings=settings, paths=paths, store=store, model=in_use.model, encoder=in_use.encoder,
            sources=sources, rotation=rotation, http=http, announcer=announcer, notifier=notifier, flow=flow,
            describing=Describing(store, describer, announcer, settings.describe.per_hour),
            why_cards=why_cards,
            pixels=pixels,
            comparing=comparing,
        )  # fmt: skip


def agent(settings: Settings) -> str:
    """Name that servers see.

    Parameters
    ----------
    settings : Settings
        ``download.contact``.

    Returns
    -------
    str
        Product and version, and whom to write to when the person said so.
    """
    contact = settings.download.contact
    return f"AstroLens/{version('astrolens')}" + (f" (+{contact})" if contact else "")


def _flow(
    settings: Settings, paths: Paths, store: Store, in_use: InUse, sandbox: Sandbox, http: HttpFetcher,
    sources: Sequence[LoadedSource], rotation: Rotation, announcer: Announcer, notifier: Notifier,
    matcher: CrossMatcher,
) -> tuple[ImageFlow, WhyCards, Comparing]:  # fmt: skip
    encoder, crops = in_use.encoder, in_use.crops
    by_name = {loaded.name: loaded for loaded in sources if loaded.plugin is not None}
    lookup = LookUp(store, matcher, settings.catalog, notifier, announcer)
    lane = EncoderLane(encoder.encode, settings.analyse.batch)
    limits = DecodeLimits(megapixels=settings.download.limit_megapixels)
    measure = Measuring(store, sandbox, encoder, lane, limits, lambda: judging.wake(), crops)  # noqa: PLW0108 -- below
    workers = 2 * settings.analyse.batch
    measuring = Stage("measured", _ledger(store, ImageState.FETCHED), measure.work, workers=workers)
    framing = SourceFraming(store, crops, encoder, measure.radius, measuring.taken_back)
    judging = Judging(
        store, settings.detect, encoder.model_id, announcer, on_judged=lookup.wake, framing=framing
    )
    fetching = FetchLanes(
        store,
        by_name,
        _ledger(store, ImageState.OFFERED),
        Fetching(
            store,
            by_name,
            http,
            limit_bytes=int(settings.download.limit_mb * _MEGABYTE),
            on_fetched=measuring.wake,
            on_broken=lambda name, error: offering.rest(name, error),  # noqa: PLW0108 -- it is made below
        ).work,
        rest_s=http.rest_s,
        per_host=settings.download.per_host,
        ready=room_for(store, ImageState.FETCHED, MOST_FETCHED),
    )
    offering = Offering(
        store,
        by_name,
        rotation,
        {name: http.for_plugin(loaded.hosts) for name, loaded in by_name.items() if loaded.hosts},
        announcer,
        on_offered=fetching.wake,
        has_room=_within_quota(store, settings.store.quota_gb),
        is_online=lambda: http.network.online,
        poll_timeout_s=settings.download.poll_timeout_s,
    )
    http.on_network = _tell_both(offering.network_turned, lookup.network_turned)
    flow = ImageFlow(
        store,
        offering=offering,
        fetching=fetching,
        measuring=measuring,
        encoder=lane,
        judging=judging,
        lookup=lookup,
        remeasuring=Remeasuring(
            store, encoder.model_id, measure.again, judging, announcer, lambda: measuring.resting
        ),
        late_shapes=None
        if encoder.preprocessing.measures is Measures.ALL
        else LateShapes(store, measure.shape, encoder.model_id),
    )
    heat = HeatMaps(store, measure.read, encoder)
    cards = WhyCards(store, judging.judge_of, encoder.model_id, heat.draw)
    return flow, cards, _comparing(settings, paths, store, in_use, sandbox, announcer, measuring)


def _comparing(
    settings: Settings, paths: Paths, store: Store, in_use: InUse, sandbox: Sandbox, announcer: Announcer,
    measuring: Stage[ImageRecord],
) -> Comparing:  # fmt: skip
    limits = DecodeLimits(megapixels=settings.download.limit_megapixels)

    def measure_with(encoder: Encoder, lane: EncoderLane) -> Measure:
        return Measuring(store, sandbox, encoder, lane, limits, lambda: None, in_use.crops).again

    return Comparing(
        store,
        model=in_use.model,
        encoder=in_use.encoder,
        load=partial(given_encoder, analyse=settings.analyse, paths=paths),
        measuring=measure_with,
        announcer=announcer,
        busy=lambda: not measuring.idle,
        batch=settings.analyse.batch,
    )


def _tell_both(*heard: Callable[[bool], None]) -> Callable[[bool], None]:
    def network_turned(online: bool) -> None:
        for one in heard:
            one(online)

    return network_turned


def _within_quota(store: Store, quota_gb: float) -> Callable[[], Awaitable[bool]]:
    async def has_room() -> bool:
        return store.blobs.size_bytes() < quota_gb * _GIGABYTE

    return has_room


def _ledger(store: Store, state: ImageState) -> Ledger[ImageRecord]:
    async def take(limit: int, held: Collection[int]) -> Sequence[ImageRecord]:
        return await store.run(store.images.next_in, state, limit, exclude=held)

    async def park(image_id: int, reason: str) -> None:
        await store.run(store.images.parked, image_id, reason)

    async def wait(image_id: int, reason: str, seconds: float) -> None:
        due_at = iso(utc_now() + timedelta(seconds=seconds))
        await store.run(store.images.waits, image_id, reason, due_at)

    return Ledger(take=take, park=park, wait=wait)
