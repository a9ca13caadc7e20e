"""Fake catalogues on local ports."""

import importlib
import pkgutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

import tests.fakes
from tests.fakes.service import FakeService


@asynccontextmanager
async def at_port(app: web.Application) -> AsyncIterator[str]:
    server = TestServer(app, shutdown_timeout=0.1)
    async with server:
        yield str(server.make_url("/")).rstrip("/")


def services() -> dict[str, FakeService]:
    found = {}
    for module in pkgutil.iter_modules(tests.fakes.__path__):
        if module.name.startswith("catalog_"):
            service = importlib.import_module(f"tests.fakes.{module.name}").SERVICE
            found[service.name] = service
    return found
