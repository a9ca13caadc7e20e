"""Memory that was freed goes back, also what lies in pieces between what is used."""

import json
import subprocess
import sys

import pytest

_CHILD = """
import json
from astrolens.bench.machine import resident_mb
from astrolens.store.freed_memory import give_back

give_back()
before = resident_mb()
freed, kept = [], []
for number in range(1_000):
    freed.append(bytes([number % 251 + 1]) * 100_000)
    kept.append(bytes([number % 251 + 1]) * 1_000)
full = resident_mb()
freed.clear()
left = resident_mb()
went = give_back()
print(json.dumps({"full": full - before, "left": left - before, "went": went, "now": resident_mb() - before}))
"""


def test_what_lies_between_what_is_used_goes_back() -> None:
    done = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    if not found["went"]:
        pytest.skip("this C library keeps no freed memory, or has no call for it")
    assert found["full"] > 90
    assert found["left"] > 0.8 * found["full"]  # else this test would show nothing
    assert found["now"] < 0.2 * found["full"]
