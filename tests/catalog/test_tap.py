"""The module that holds astroquery is loaded only where a question is asked."""

import subprocess
import sys


def test_the_room_opens_without_astroquery() -> None:
    code = (
        "import sys, astrolens.catalog.stage\n"
        "print([m for m in ('astroquery', 'pyvo', 'astropy', 'requests') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
