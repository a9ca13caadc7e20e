"""Facts that every figure carries."""

import json

from astrolens.bench.machine import machine_facts, resident_mb


def test_facts_are_json_and_name_versions() -> None:
    facts = json.loads(json.dumps(machine_facts()))
    assert facts["cores"] >= 1
    assert facts["versions"]["numpy"]


def test_memory_is_that_of_a_python_process() -> None:
    assert 10.0 < resident_mb() < 100_000.0
