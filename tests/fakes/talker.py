"""A language model server that speaks Ollama's and OpenAI's forms, well or in many bad ways."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from aiohttp import web

GOOD: dict[str, Any] = {
    "description": "Two spiral galaxies with a bridge of light between them.",
    "features": ["two nuclei", "tidal bridge"],
    "suggested_class": "merging galaxies",
    "confidence": 0.8,
}
HUGE_BYTES = 50 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


class Mood(StrEnum):
    """How it answers."""

    GOOD = "good"
    HANG = "hang"
    DRIP = "drip"
    ERROR = "500"
    HTML = "html"
    NO_JSON = "no json"
    WRONG_SCHEMA = "wrong schema"
    HUGE = "50 MB"
    TOO_SURE = "confidence 7"
    DIRTY = "control characters and markup"
    CUT_STREAM = "truncated stream"
    NO_MODEL = "model missing"
    CUT_ANSWER = "truncated answer"
    RESET = "reset"
    REDIRECT = "redirect"
    ZIPPED = "compressed"
    BLIND = "cannot see"
    LOCKED = "401"
    NESTED = "nested"
    EMPTY = "empty"
    MENDED = "good at the second try"


DIRTY: dict[str, Any] = {
    "description": "\x1b]0;owned\x07\x1b[2J<b>A</b> [bold]galaxy[/bold] \u202eevil\u202c [@click=app.quit]here[/] "
    "[link](https://evil.example/x) <script>alert(1)</script> ![p](javascript:alert(1)) \x9b31m `rm -rf` **now** \x00",
    "features": [
        "\x1b[31mred\x1b[0m",
        "<img src=x onerror=alert(1)>",
        "z\u0301\u0301\u0301\u0301\u0301\u0301",
        "x" * 900,
    ]
    + ["more"] * 20,
    "suggested_class": "other",
    "confidence": 0.5,
}


def _answer(content: dict[str, Any] | str) -> str:
    return content if isinstance(content, str) else json.dumps(content)


@dataclass
class TalkerServer:
    """The server: what it is like, and what it was asked."""

    mood: Mood = Mood.GOOD
    url: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    sent_bytes: int = 0
    tells: Callable[[dict[str, Any]], dict[str, Any] | str] | None = None

    def content(self, asked: dict[str, Any]) -> str:
        """Text of the model."""
        if self.tells is not None:
            return _answer(self.tells(asked))
        contents: dict[Mood, dict[str, Any] | str] = {
            Mood.NO_JSON: "I am sorry, as a language model I cannot.",
            Mood.WRONG_SCHEMA: {"label": "spiral", "score": "high"},
            Mood.TOO_SURE: GOOD | {"confidence": 7},
            Mood.DIRTY: DIRTY,
            Mood.CUT_ANSWER: json.dumps(GOOD)[:40],
            Mood.NESTED: '{"a":' * 5000,
            Mood.EMPTY: "",
            Mood.MENDED: GOOD if len(self.seen) > 1 else "Certainly! Here it is:",
        }
        return _answer(contents.get(self.mood, GOOD))

    def reply(self, asked: dict[str, Any], *, openai: bool) -> dict[str, Any]:
        """The body around the text."""
        message = {"role": "assistant", "content": self.content(asked)}
        if openai:
            return {
                "object": "chat.completion",
                "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            }
        return {
            "model": asked["model"],
            "created_at": "2026-01-01T00:00:00Z",
            "message": message,
            "done": True,
        }

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        openai = request.path.endswith("/completions")
        asked = await request.json()
        self.seen.append(asked)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        good = json.dumps(self.reply(asked, openai=openai)).encode()
        if self.mood is Mood.HANG:
            await asyncio.sleep(60)
        if self.mood in (Mood.RESET, Mood.CUT_STREAM, Mood.DRIP, Mood.HUGE):
            return await self._badly_sent(request, good)
        match self.mood:
            case Mood.ERROR:
                return web.json_response(_error("out of memory \x1b[31m", openai=openai), status=500)
            case Mood.NO_MODEL:
                return web.json_response(_error("model 'llava' not found", openai=openai), status=404)
            case Mood.BLIND:
                return web.json_response(_error("no image input", openai=openai), status=400)
            case Mood.LOCKED:
                return web.json_response(_error("bad key", openai=openai), status=401)
            case Mood.HTML:
                return web.Response(
                    text="<html><body>Welcome to the hotel</body></html>", content_type="text/html"
                )
            case Mood.REDIRECT:
                raise web.HTTPTemporaryRedirect(location=request.path)
            case Mood.ZIPPED:
                response = web.Response(body=good, content_type="application/json")
                response.enable_compression(web.ContentCoding.gzip)
                return response
        return web.Response(body=good, content_type="application/json")

    async def _badly_sent(self, request: web.Request, good: bytes) -> web.StreamResponse:
        if self.mood is Mood.RESET:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        if self.mood is Mood.CUT_STREAM:
            response.content_length = len(good)
            await response.prepare(request)
            await response.write(good[: len(good) // 2])
            assert request.transport is not None
            request.transport.close()
            return response
        if self.mood is Mood.HUGE:
            response.content_length = HUGE_BYTES
        await response.prepare(request)
        try:
            if self.mood is Mood.DRIP:
                for one in good:
                    await response.write(bytes((one,)))
                    await asyncio.sleep(0.05)
            while self.mood is Mood.HUGE and self.sent_bytes < HUGE_BYTES:
                await response.write(b"A" * _CHUNK_BYTES)
                self.sent_bytes += _CHUNK_BYTES
        except ConnectionResetError:
            pass
        return response


def _error(words: str, *, openai: bool) -> dict[str, Any]:
    return {"error": {"message": words, "type": "x"} if openai else words}


@asynccontextmanager
async def a_talker(mood: Mood = Mood.GOOD) -> AsyncIterator[TalkerServer]:
    """Serve until the block ends."""
    server = TalkerServer(mood=mood)
    app = web.Application(client_max_size=8 << 20)
    app.router.add_post("/api/chat", server.handle)
    app.router.add_post("/v1/chat/completions", server.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
