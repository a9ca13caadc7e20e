"""A daemon in the background, and the wait until it answers."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic, sleep

from astrolens.api import orders, questions
from astrolens.api.sync_client import SyncClient
from astrolens.cli.exits import Exit
from astrolens.cli.profile import check_speech
from astrolens.config.paths import Paths, make_private
from astrolens.daemon.lock import holder
from astrolens.domain.errors import AstroLensError, ConfigError, Unavailable

_READY_TIMEOUT_S = 120.0
_STOP_TIMEOUT_S = 15.0
_TICK_S = 0.1


def start_and_wait(
    paths: Paths, config: Path | None, environment: Mapping[str, str] | None = None
) -> subprocess.Popen[bytes] | None:
    """Start a daemon unless one answers; return its process, or None when it was there already.

    What `environment` holds is added to ours for the daemon alone.
    """
    client = SyncClient(paths.socket)
    if _answers(client):
        return None
    make_private(paths.data)
    log_file = paths.data / "daemon.log"
    command = [sys.executable, "-m", "astrolens", "daemon"]
    if config is not None:
        command += ["--config", str(config.absolute())]
    try:
        log = log_file.open("ab")
    except OSError as error:
        raise ConfigError(
            f"{log_file} cannot be written: {error.strerror}; name another data folder or check its rights"
        ) from error
    began = log.tell()
    with log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env={**os.environ, **(environment or {})},
        )
    deadline = monotonic() + _READY_TIMEOUT_S
    while monotonic() < deadline:
        if _is_ready(client):
            return process
        if (code := process.poll()) is not None:
            if code == Exit.ALREADY_RUNNING:
                return None
            tail = _last_words(log_file, began)
            kind = ConfigError if code == Exit.BAD_CONFIGURATION else AstroLensError
            raise kind(f"the daemon ended with code {code}; its log is {log_file}:\n{tail}")
        sleep(_TICK_S)
    raise Unavailable(f"the daemon does not answer after {_READY_TIMEOUT_S:.0f} s; its log is {log_file}")


def _last_words(log_file: Path, began: int) -> str:
    """The end of what one daemon wrote, from where it began."""
    with log_file.open("rb") as log:
        log.seek(began)
        lines = log.read().decode(errors="replace").splitlines()
    return "\n".join(line.removeprefix("astrolens: ") for line in lines[-5:])


def wait_until_gone(lock: Path) -> bool:
    """Wait until nobody works on a profile; False when it takes too long."""
    deadline = monotonic() + _STOP_TIMEOUT_S
    while holder(lock) is not None:
        if monotonic() > deadline:
            return False
        sleep(_TICK_S)
    return True


def stop_and_wait(process: subprocess.Popen[bytes], socket: Path) -> int:
    """End a daemon of our own, politely first."""
    try:
        SyncClient(socket).ask(orders.stop())
    except AstroLensError:
        process.terminate()
    try:
        return process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _answers(client: SyncClient) -> bool:
    try:
        health = client.ask(questions.health())
    except Unavailable:
        return False
    check_speech(health)
    return True


def _is_ready(client: SyncClient) -> bool:
    try:
        return bool(client.ask(questions.ready())["ready"])
    except AstroLensError:
        return False
