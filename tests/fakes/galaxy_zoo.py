"""The Zooniverse's Panoptes: projects, subject sets and subjects as JSON:API."""

from typing import Any

from aiohttp import web

from tests.fakes.archive_pictures import jpeg
from tests.fakes.service import FakeService

SUBJECTS = {101: 60, 102: 7}
_JSON_API = "application/vnd.api+json; version=1"


def _subject(number: int, base: str) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "iauname": f"J{number}",
        "#ra": str(number * 3.1 % 360),
        "!dec": -30 + number % 90,
    }
    if number % 10 == 3:
        metadata = {"origin": "simulation"}
    locations = [{"image/jpeg": f"{base}/uploads/subject_location/{number}.jpeg"}]
    if number % 10 == 4:
        locations.append({"image/png": f"{base}/uploads/subject_location/{number}-second.png"})
    if number % 10 == 5:
        locations = [{"video/mp4": f"{base}/uploads/subject_location/{number}.mp4"}]
    return {
        "id": str(number),
        "metadata": metadata,
        "locations": locations,
        "zooniverse_id": None,
        "links": {},
    }


def build(empty: bool) -> web.Application:
    """The service."""

    def answer(request: web.Request, kind: str, rows: list[dict[str, Any]]) -> web.Response:
        if request.headers.get("Accept") != _JSON_API:
            return web.json_response({"errors": [{"message": "Not Acceptable"}]}, status=406)
        page, size = int(request.query.get("page", 1)), int(request.query.get("page_size", 20))
        shown = rows[(page - 1) * size : page * size]
        more = page * size < len(rows)
        meta = {
            "page": page, "page_size": size, "count": len(rows), "page_count": -(-len(rows) // size),
            "next_page": page + 1 if more else None, "next_href": f"/{kind}?page={page + 1}" if more else None,
        }  # fmt: skip
        return web.json_response(
            {kind: shown, "links": {}, "meta": {kind: meta}}, content_type="application/vnd.api+json"
        )

    async def projects(request: web.Request) -> web.Response:
        known = request.query.get("slug") == "zookeeper/galaxy-zoo"
        rows = [{"id": "5733", "slug": "zookeeper/galaxy-zoo", "display_name": "Galaxy Zoo"}] if known else []
        return answer(request, "projects", rows)

    async def subject_sets(request: web.Request) -> web.Response:
        rows = [{"id": str(number), "display_name": f"set {number}"} for number in SUBJECTS]
        return answer(request, "subject_sets", rows if request.query.get("project_id") == "5733" else [])

    async def subjects(request: web.Request) -> web.Response:
        base, number = f"{request.scheme}://{request.host}", int(request.query["subject_set_id"])
        count = 0 if empty else SUBJECTS.get(number, 0)
        return answer(request, "subjects", [_subject(1_000 * number + step, base) for step in range(count)])

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=jpeg(request.path), content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/api/projects", projects)
    app.router.add_get("/api/subject_sets", subject_sets)
    app.router.add_get("/api/subjects", subjects)
    app.router.add_get("/uploads/subject_location/{name}", picture)
    return app


SERVICE = FakeService(
    name="galaxy_zoo",
    build=build,
    options=lambda base_url: {"base_url": base_url},
    pictures=frozenset({"/uploads/"}),
    expected=8,
)
