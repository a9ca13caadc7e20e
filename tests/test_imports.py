"""What a verb loads, seen in a fresh process: heavy libraries wait for the verb that needs them."""

import json
import resource
import subprocess
import sys

import pytest

HEAVY = (
    "torch",
    "transformers",
    "textual",
    "astropy",
    "sklearn",
    "scipy",
    "faiss",
    "aiohttp",
    "sqlite_utils",
    "PIL",
)
PROBE = """
import json, sys
sys.argv = ["astrolens", *{arguments!r}]
from astrolens.cli.main import main
try:
    main()
except SystemExit as end:
    code = end.code
print("\\n" + json.dumps({{"code": code, "loaded": [name for name in {heavy!r} if name in sys.modules]}}))
"""


@pytest.mark.process
@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["status"], ["analyze", "--help"], ["config", "check"]]
)
def test_light_verbs_load_nothing_heavy(arguments: list[str]) -> None:
    code = PROBE.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    reply = json.loads(done.stdout.strip().splitlines()[-1])
    assert reply["loaded"] == []


@pytest.mark.process
def test_help_is_quick() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "astrolens", "--help"], capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert (
        after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 2.0
    )  # with torch it would be 4


@pytest.mark.process
def test_daemon_parts_that_need_no_network_load_no_torch() -> None:
    rooms = (
        "store.store",
        "detect.stage",
        "catalog.stage",
        "notify.stage",
        "sources.loader",
        "download.stage",
        "api.server",
    )
    code = f"import sys, importlib\nfor room in {rooms!r}: importlib.import_module('astrolens.' + room)\nassert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
