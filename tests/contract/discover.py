"""Every fake of a service that there is."""

import importlib
import pkgutil

import tests.fakes
from tests.fakes.service import FakeService


def services(*, catalogues: bool) -> list[FakeService]:
    """Those that define ``SERVICE``, by name; a catalogue's module is called ``catalog_...``."""
    found = []
    for module in pkgutil.iter_modules(tests.fakes.__path__):
        if module.name.startswith("catalog_") == catalogues:
            service = getattr(importlib.import_module(f"tests.fakes.{module.name}"), "SERVICE", None)
            if isinstance(service, FakeService):
                found.append(service)
    return sorted(found, key=lambda service: service.name)
