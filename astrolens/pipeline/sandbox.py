"""Work on strangers' bytes in limited child processes that may die without harm."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from astrolens.domain import errors
from astrolens.domain.errors import BadData, Unavailable
from astrolens.domain.text import clean
from astrolens.pipeline.sandbox_wire import Reply, pack, receive_frame, unpack_reply

__all__ = ["Reply", "Sandbox"]

log = logging.getLogger(__name__)

_CHILD_MODULE = "astrolens.pipeline.sandbox_child"
_START_TIMEOUT_S = 60.0
_END_TIMEOUT_S = 5.0
_STREAM_BUFFER = 2**20
_REPLY_LIMIT_BYTES = 64 * 2**20
_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# A picture's planes come and go a hundred times: kept by the process, they need not be mapped and cleared anew.
_KEPT_MEMORY = {"MALLOC_MMAP_THRESHOLD_": str(32 * 2**20), "MALLOC_TRIM_THRESHOLD_": str(64 * 2**20)}
_POLITE_ENDS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
_CROSSING = frozenset({"BadData", "Unavailable", "ConfigError", "PluginError"})


class _Worn(Exception):
    """The child failed for lack of memory, or died: the picture's fault only if the child was fresh."""


class _Child:
    """One process."""

    def __init__(self, process: asyncio.subprocess.Process, memory_mb: int) -> None:
        if process.stdin is None or process.stdout is None:
            raise ValueError("a limited process is spoken to over pipes; start it with both")
        self._process = process
        self._requests_pipe = process.stdin
        self._replies_pipe = process.stdout
        self._memory_mb = memory_mb
        self._ready = False
        self.requests = 0
        self.usable = False  # between requests, with nothing left in its pipes

    @classmethod
    async def start(cls, function: str, memory_mb: int, timeout_s: float) -> Self:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", _CHILD_MODULE, function, str(memory_mb), str(timeout_s), str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(),
            limit=_STREAM_BUFFER,
            start_new_session=True,  # Ctrl-C in the terminal is for the house, which then ends its children
        )  # fmt: skip
        return cls(process, memory_mb)

    async def wait_ready(self, function: str) -> None:
        if self._ready:
            return
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                header, _ = await self._receive()
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            raise Unavailable(f"the limited process for {function} did not start: {error!r}") from error
        if "failed" in header:
            raise RuntimeError(f"{function} cannot be loaded in a limited process: {header['failed']}")
        self._ready = self.usable = True

    async def ask(self, arguments: Mapping[str, Any]) -> Reply:
        request = pack(arguments)
        self.requests += 1
        self.usable = False
        try:
            self._requests_pipe.writelines(request)
            await self._requests_pipe.drain()
            header, payload = await self._receive()
            reply = None if "error" in header else unpack_reply(header, payload)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            raise await self._death() from error
        except ValueError as error:
            raise _Worn(f"makes the limited process answer nonsense: {clean(error)}") from error
        if reply is None:
            raise self._error(header)
        self.usable = True
        return reply

    async def end(self) -> None:
        with suppress(ProcessLookupError):
            self._process.kill()
        self._requests_pipe.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(_END_TIMEOUT_S):
                await self._replies_pipe.read()  # asyncio reports no end while a pipe holds unread bytes
                await self._process.wait()

    async def _receive(self) -> tuple[dict[str, Any], bytes]:
        return await receive_frame(self._replies_pipe, _REPLY_LIMIT_BYTES)

    def _error(self, header: Mapping[str, Any]) -> Exception:
        name, message = str(header["error"]), clean(header.get("message", ""), 400)
        if name == "MemoryError":
            return _Worn(f"needs more than {self._memory_mb} MB to decode")
        self.usable = True
        if name in _CROSSING:
            crossed: Exception = getattr(errors, name)(message)
            return crossed
        log.info("a limited process refused a picture: %s", clean(header.get("trace", ""), 4000))
        return BadData(f"cannot be decoded: {message}")

    async def _death(self) -> Exception:
        status = await self._process.wait()
        if status < 0 and -status in _POLITE_ENDS:
            return Unavailable(f"the limited process was stopped by {signal.Signals(-status).name}")
        cause = signal.Signals(-status).name if status < 0 else f"exit status {status}"
        return _Worn(f"ends the limited process that decodes it ({cause}, {self._memory_mb} MB allowed)")


class Sandbox:
    """A few long-lived child processes that run one function each, one request at a time.

    A child that runs over its time, dies or runs out of memory is killed and replaced. A picture is refused
    for memory or a crash only when a fresh child failed on it too, so a child worn out by others cannot
    make an innocent picture look bad.

    Parameters
    ----------
    function : str
        ``module:callable``; called in the child as ``callable(arguments)`` and returns a `Reply`.
    processes : int
        How many children.
    memory_mb : int
        Address space of one, in megabytes.
    timeout_s : float
        Wall time of one request in seconds.
    """

    def __init__(self, function: str, *, processes: int, memory_mb: int, timeout_s: float) -> None:
        if processes < 1:
            raise ValueError(f"processes is {processes}; at least one is needed")
        self._function = function
        self._memory_mb = memory_mb
        self._timeout_s = timeout_s
        self._children: list[_Child | None] = [None] * processes
        self._free: asyncio.Queue[int] = asyncio.Queue()
        self._open = False

    async def __aenter__(self) -> Self:
        """Start the children; they load their function while the caller goes on.

        Returns
        -------
        Sandbox
            Itself.
        """
        self._open = True
        for slot in range(len(self._children)):
            await self._fill(slot)
            self._free.put_nowait(slot)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Kill the children and wait until they are gone."""
        self._open = False
        for slot in range(len(self._children)):
            await self._empty(slot)

    async def run(self, arguments: Mapping[str, Any]) -> Reply:
        """Call the function in a child that is free.

        Parameters
        ----------
        arguments : Mapping of str to object
            JSON-able; the function's only argument.

        Returns
        -------
        Reply
            What it returned.

        Raises
        ------
        BadData
            When the function refused the picture, raised anything unforeseen, or needed more time or memory
            than allowed.
        Unavailable
            When the function said so, or the child was stopped from outside.
        RuntimeError
            When the function cannot be loaded, or the sandbox is closed.
        """
        slot = await self._free.get()
        try:
            return await self._attempt(slot, arguments)
        except _Worn:
            return await self._attempt(slot, arguments)
        finally:
            self._free.put_nowait(slot)

    async def _attempt(self, slot: int, arguments: Mapping[str, Any]) -> Reply:
        child = await self._fill(slot)
        try:
            await child.wait_ready(self._function)
            async with asyncio.timeout(self._timeout_s):
                return await child.ask(arguments)
        except TimeoutError as error:
            raise BadData(f"takes more than {self._timeout_s:g} s to decode") from error
        except _Worn as error:
            if child.requests == 1:
                raise BadData(str(error)) from error
            raise
        finally:
            if not child.usable:
                await self._empty(slot)

    async def _fill(self, slot: int) -> _Child:
        if not self._open:
            raise RuntimeError("this sandbox is closed; use it inside `async with`")
        child = self._children[slot]
        if child is None:
            child = await _Child.start(self._function, self._memory_mb, self._timeout_s)
            self._children[slot] = child
        return child

    async def _empty(self, slot: int) -> None:
        child, self._children[slot] = self._children[slot], None
        if child is not None:
            await child.end()


def _environment() -> dict[str, str]:
    """What a child may know: no secrets of the house, one thread, the house's own code."""
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= dict.fromkeys(_ONE_THREAD, "1")
    code = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
    environment |= _KEPT_MEMORY | {"MALLOC_ARENA_MAX": "2"}
    return environment | {"PYTHONPATH": os.pathsep.join(filter(None, code))}
