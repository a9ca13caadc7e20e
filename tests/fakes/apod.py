"""NASA's Astronomy Picture of the Day: a picture a day, some videos, some under a copyright."""

from datetime import date, timedelta
from typing import Any

from aiohttp import web

from tests.fakes.archive_pictures import jpeg
from tests.fakes.service import FakeService

KEY = "my-own-key"


def _entry(day: date, base: str) -> dict[str, Any]:
    number = day.toordinal()
    entry: dict[str, Any] = {
        "date": day.isoformat(), "explanation": "What is it?", "media_type": "image", "service_version": "v1",
        "title": f"Picture {number}", "url": f"{base}/image/{day:%y%m}/small_960.jpg?{number}",
        "hdurl": f"{base}/image/{day:%y%m}/large_2753.jpg?{number}",
    }  # fmt: skip
    if number % 7 == 0:
        entry.update(media_type="video", url="https://www.youtube.com/embed/x")
        del entry["hdurl"]
    elif number % 5 == 0:
        entry["copyright"] = "\nSomebody\n"
    return entry


def build(empty: bool) -> web.Application:
    """The service; ``empty`` has no picture on any day."""

    async def apod(request: web.Request) -> web.Response:
        if request.query.get("api_key") not in {KEY, "DEMO_KEY"}:
            return web.json_response({"error": {"code": "API_KEY_INVALID"}}, status=403)
        allowance = {"X-RateLimit-Limit": "30", "X-RateLimit-Remaining": "29"}
        first = date.fromisoformat(request.query["start_date"])
        until = date.fromisoformat(request.query["end_date"])
        if first < date(1995, 6, 16) or until >= date(2100, 1, 1):
            body = {
                "code": 400,
                "msg": "Date must be between Jun 16, 1995 and today.",
                "service_version": "v1",
            }
            return web.json_response(body, status=400, headers=allowance)
        if empty:
            body = {"code": 404, "msg": "No data available", "service_version": "v1"}
            return web.json_response(body, status=404, headers=allowance)
        base = f"{request.scheme}://{request.host}"
        days = [first + timedelta(days=step) for step in range((until - first).days + 1)]
        return web.json_response([_entry(day, base) for day in days], headers=allowance)

    async def picture(request: web.Request) -> web.Response:
        return web.Response(body=jpeg(str(request.rel_url)), content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/planetary/apod", apod)
    app.router.add_get("/image/{month}/{name}", picture)
    return app


SERVICE = FakeService(
    name="apod",
    build=build,
    options=lambda base_url: {"base_url": base_url, "api_key": KEY, "since": "2024-01-01"},
    pictures=frozenset({"/image/"}),
    expected=8,
)
