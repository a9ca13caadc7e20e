"""Schema 1 is what it was when it was released."""

from astrolens.store.schema_1 import SCHEMA_1
from tests.store.schema_1_dump import SCHEMA


def test_schema_1_was_never_edited() -> None:
    assert SCHEMA_1.strip() == SCHEMA.strip()
