"""Answers of the house to the views Sky, Models, Settings and Sources."""

from threading import Lock

from astrolens.api.wire_models import ModelsReply
from astrolens.api.wire_settings import SettingRow, SettingsReply, SourceCard, SourcesReply
from astrolens.api.wire_sky import AreaCount, EmbeddingPoint, EmbeddingReply, SkyReply
from astrolens.config.explained import explained
from astrolens.config.masked import masked
from astrolens.daemon.house import House
from astrolens.daemon.model_view import ModelDesk
from astrolens.daemon.reload import at_once
from astrolens.daemon.status import breaker_of
from astrolens.detect.plane import Plane
from astrolens.domain.areas import SIDE_DEG
from astrolens.domain.detection import Decision
from astrolens.sources.loader import LoadedSource

_FEWEST = 20
_ANEW_AT = 2.0  # the plane is laid anew when the sample has grown so many times: else the map would wander


class ViewDesk:
    """Implements `astrolens.api.views.Views`.

    Parameters
    ----------
    house : House
        What runs.
    """

    def __init__(self, house: House) -> None:
        self._house = house
        self._models = ModelDesk(house)
        self._plane: tuple[str, Plane] | None = None
        self._lock = Lock()

    def sky(self) -> SkyReply:
        """What was searched, area by area.

        Returns
        -------
        SkyReply
            From counters.
        """
        areas, judged = self._house.store.sky_map.counts()
        placed = sum(sum(counts.values()) for counts in areas.values())
        rows = [
            AreaCount(
                area=number,
                judged=sum(counts.values()),
                anomalies=counts.get(Decision.ANOMALY.value, 0),
                near_misses=counts.get(Decision.NEAR_MISS.value, 0),
            )
            for number, counts in areas.items()
        ]
        return SkyReply(
            side_deg=SIDE_DEG, areas=rows, judged=placed, without_position=max(0, judged - placed)
        )

    def embedding(self, limit: int) -> EmbeddingReply:
        """The map of embeddings.

        Parameters
        ----------
        limit : int
            Most pictures beside the findings.

        Returns
        -------
        EmbeddingReply
            Without points, and with the reason, while there are too few.
        """
        model_id = self._house.encoder.model_id
        spread = self._house.store.sky_map.spread(model_id, limit)
        measured = len(self._house.store.vectors)
        count, width = spread.embeddings.shape
        if count < _FEWEST or width < 2:
            reason = f"{count} of the {_FEWEST} pictures that a map needs are measured by {model_id}"
            return EmbeddingReply(
                model_id=model_id, points=[], measured=measured, fitted=0, explained=[], reason=reason
            )
        with self._lock:
            if self._plane is None or self._plane[0] != model_id or count > _ANEW_AT * self._plane[1].fitted:
                self._plane = (model_id, Plane.fit(spread.embeddings))
            plane = self._plane[1]
        places = plane.place(spread.embeddings)
        points = [
            EmbeddingPoint(id=image_id, x=round(x, 4), y=round(y, 4), decision=decision, label=label)
            for image_id, (x, y), decision, label in zip(
                spread.ids, places.tolist(), spread.decisions, spread.labels, strict=True
            )
        ]
        return EmbeddingReply(
            model_id=model_id,
            points=points,
            measured=measured,
            fitted=plane.fitted,
            explained=[round(share, 3) for share in plane.explained.tolist()],
            reason="",
        )

    def models(self) -> ModelsReply:
        """Encoders, calibrations, and how well they keep their promise.

        Returns
        -------
        ModelsReply
            Read now.
        """
        return self._models.reply()

    def settings(self) -> SettingsReply:
        """Every setting in force.

        Returns
        -------
        SettingsReply
            Secrets are masked.
        """
        file = self._house.paths.config_file
        found, mistake = explained(self._house.settings, file)
        rows = [
            SettingRow(
                key=one.key, value=one.value, default=one.default, bounds=one.bounds, origin=one.origin,
                waiting=one.waiting, at_once=at_once(one.key), words=one.words,
            )
            for one in found
        ]  # fmt: skip
        return SettingsReply(file=str(file), exists=file.exists(), mistake=mistake, rows=rows)

    def sources(self) -> SourcesReply:
        """Every source, also those that are switched off.

        Returns
        -------
        SourcesReply
            Secrets are masked.
        """
        return SourcesReply(sources=[self._card(loaded) for loaded in self._house.sources])

    async def hold(self, source: str, *, held: bool) -> None:
        """Pause a source, or let it go on.

        Parameters
        ----------
        source : str
            One that works.
        held : bool
            Whether it is paused from now on.
        """
        await self._house.flow.offering.hold(source, held=held)

    def _card(self, loaded: LoadedSource) -> SourceCard:
        health = self._house.rotation.health().get(loaded.name, {})
        plugin, options = loaded.plugin, loaded.options
        told = options.model_dump(mode="json") if options is not None else loaded.settings.options()
        state = "broken" if loaded.error else "off" if plugin is None else str(health.get("state", "ok"))
        return SourceCard(
            name=loaded.name,
            title=plugin.title if plugin is not None else loaded.name,
            enabled=loaded.settings.enabled,
            held=bool(health.get("held", False)),
            state=state,
            breaker=breaker_of(health) if plugin is not None else "",
            failures=int(health.get("failures", 0)),
            reason=loaded.error or str(health.get("reason", "")),
            next_poll_at=health.get("due_at"),
            last_ok_at=str(health.get("last_ok_at", "")),
            interval_s=loaded.interval_s,
            weight=loaded.settings.weight,
            batch=loaded.settings.batch,
            hosts=list(loaded.hosts),
            options=[[name, str(value)] for name, value in masked("", told).items()],
            licence=plugin.licence if plugin is not None else "",
            credit=plugin.credit if plugin is not None else "",
        )
