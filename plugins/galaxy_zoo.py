"""Pictures of Galaxy Zoo and other projects of the Zooniverse."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from astrolens.plugin import (
    ConfigError,
    Field,
    Offer,
    SkyPosition,
    SourceContext,
    SourceOptions,
    Unavailable,
    position_at,
)

_ACCEPT = {"Accept": "application/vnd.api+json; version=1"}
_SUBJECTS_PER_PAGE = 50
_PAGES_PER_POLL = 3
_MOST_SETS = 200
_MOST_PICTURES = 16
_PICTURES = ("image/jpeg", "image/png")
_RA = ("ra", "ra_deg", "right_ascension")
_DEC = ("dec", "dec_deg", "declination", "decl")


class GalaxyZooOptions(SourceOptions):
    """Options of the source ``galaxy_zoo``."""

    base_url: str = Field("https://www.zooniverse.org", description="The Zooniverse, or a mirror of it.")
    project: str = Field(
        "zookeeper/galaxy-zoo",
        pattern=r"^[\w-]+/[\w-]+$",
        max_length=120,
        description="Project as in its address, owner/name.",
    )
    subject_sets: tuple[int, ...] = Field(
        (),
        max_length=_MOST_SETS,
        description="Numbers of subject sets; empty: all public sets of the project.",
    )


class Source:
    """The subjects of a project, set by set and page by page; those that are added later come too."""

    name: ClassVar[str] = "galaxy_zoo"
    title: ClassVar[str] = "Galaxy Zoo (subjects of the Zooniverse)"
    licence: ClassVar[str] = "Terms of the project and of the survey that it shows"
    credit: ClassVar[str] = "Galaxy Zoo, zooniverse.org, and the surveys SDSS and DESI Legacy Imaging Surveys"
    hosts: ClassVar[tuple[str, ...]] = ("www.zooniverse.org", "panoptes-uploads.zooniverse.org")
    poll_interval_s: ClassVar[float] = 300.0
    Options: ClassVar[type[SourceOptions]] = GalaxyZooOptions

    async def offers(self, context: SourceContext) -> AsyncIterator[Offer]:
        """Subjects that were not offered yet.

        Parameters
        ----------
        context : SourceContext
            The cursor holds ``of`` (project and sets of the options), ``sets``, ``set``, ``page`` and ``row``.

        Yields
        ------
        Offer
            With a position when the subject's metadata names one.

        Raises
        ------
        ConfigError
            When there is no such project.
        Unavailable
            When the service answers something that is no list of subjects.
        """
        options: GalaxyZooOptions = context.options
        cursor = context.cursor
        selection = f"{options.project} {options.subject_sets}"
        if cursor.get("of") != selection or cursor["set"] >= len(cursor["sets"]):
            sets = list(options.subject_sets) or await _sets(context)
            cursor.clear()
            cursor.update(of=selection, sets=sets, set=0, page=1, row=0)
        left = context.limit
        for _ in range(_PAGES_PER_POLL):
            if cursor["set"] >= len(cursor["sets"]):
                return
            query = {"subject_set_id": str(cursor["sets"][cursor["set"]]), "page": str(cursor["page"])}
            subjects, more = await _list(context, "subjects", query)
            for subject in subjects[cursor["row"] :]:
                fresh = await asyncio.to_thread(_fresh, subject, context)
                if len(fresh) <= left:  # else the next poll finds the rest of the subject's pictures
                    cursor["row"] += 1
                for offer in fresh[:left]:
                    left -= 1
                    yield offer
                if left <= 0:
                    return
            if more:
                cursor.update(page=cursor["page"] + 1, row=0)
            else:
                cursor.update(set=cursor["set"] + 1, page=1, row=0)


async def _sets(context: SourceContext) -> list[int]:
    """Numbers of the project's public subject sets."""
    options: GalaxyZooOptions = context.options
    projects, _ = await _list(context, "projects", {"slug": options.project})
    if not projects:
        raise ConfigError(f"sources.galaxy_zoo.project: the Zooniverse knows no {options.project!r}")
    query = {"project_id": str(projects[0].get("id"))}
    numbers: list[int] = []
    for page in range(1, _MOST_SETS // _SUBJECTS_PER_PAGE + 1):
        sets, more = await _list(context, "subject_sets", {**query, "page": str(page)})
        numbers += [int(row["id"]) for row in sets if str(row.get("id")).isdigit()]
        if not more:
            break
    return sorted(set(numbers))


async def _list(
    context: SourceContext, kind: str, query: Mapping[str, str]
) -> tuple[list[Mapping[str, Any]], bool]:
    """One page of a JSON:API answer, and whether there is another."""
    words = urlencode({**query, "page_size": _SUBJECTS_PER_PAGE})
    url = f"{context.options.base_url.rstrip('/')}/api/{kind}?{words}"
    reply = await (await context.fetch.ask(url, headers=_ACCEPT)).json()
    rows = reply.get(kind) if isinstance(reply, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable(f"the Zooniverse answered {str(reply)[:80]!r}; want {kind}")
    meta = reply.get("meta")
    mine = meta.get(kind) if isinstance(meta, dict) else None
    return rows, bool(rows) and isinstance(mine, dict) and bool(mine.get("next_href"))


def _fresh(subject: Mapping[str, Any], context: SourceContext) -> list[Offer]:
    """Pictures of a subject that are not taken yet; asks the database."""
    return [offer for offer in _offers(subject) if not context.is_known(offer.key)]


def _offers(subject: Mapping[str, Any]) -> Iterator[Offer]:
    name, places = str(subject.get("id")), subject.get("locations")
    if not (name.isascii() and name.isdigit()) or not isinstance(places, list):
        return
    position = _position(subject.get("metadata"))
    urls = [_picture(place) for place in places[:_MOST_PICTURES]]
    for number, url in enumerate(urls):
        if url is None:
            continue
        yield Offer(
            source=Source.name,
            key=name if number == 0 else f"{name}-{number + 1}",
            url=url,
            position=position,
            licence=Source.licence,
            credit=Source.credit,
        )


def _picture(place: object) -> str | None:
    """Address of a still picture among the forms of one location."""
    forms = place if isinstance(place, dict) else {}
    return next((forms[kind] for kind in _PICTURES if isinstance(forms.get(kind), str)), None)


def _position(metadata: object) -> SkyPosition | None:
    """Position from the words of the project's team, who mark hidden names with # or !."""
    if not isinstance(metadata, dict):
        return None
    words = {str(name).lower().strip(" #!/"): value for name, value in metadata.items()}
    ra = next((words[name] for name in _RA if name in words), None)
    dec = next((words[name] for name in _DEC if name in words), None)
    return position_at(ra, dec)
