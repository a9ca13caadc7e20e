"""Threads of their own for strangers' code, so that what hangs there hangs alone."""

import asyncio
import ctypes
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from typing import Any, Generic, ParamSpec, TypeVar

logger = logging.getLogger(__name__)

_Result = TypeVar("_Result")
_Arguments = ParamSpec("_Arguments")
_MARGIN_S = 1.0


class Abandoned(Exception):
    """Code that was told to stop, did not, and still runs somewhere."""


class Apart:
    """Where the code of one plugin runs.

    Every call gets a thread that a stop does not wait for. A call that is cancelled may clean up for a while; one
    that goes on after that is abandoned, and while it runs the plugin is not called again: whatever it holds
    up, it holds up once.

    Parameters
    ----------
    name : str
        What to call the plugin in the log.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._left: list[_Guest[Any]] = []

    def check(self) -> None:
        """Refuse while an abandoned call goes on.

        Raises
        ------
        Abandoned
            If there is one.
        """
        self._left = [guest for guest in self._left if guest.thread.is_alive()]
        if self._left:
            raise Abandoned(
                f"{self._name} still hangs in an earlier call; it is left alone until that ends or "
                "AstroLens is started again"
            )

    async def run(self, work: Callable[[], Coroutine[Any, Any, _Result]], *, grace_s: float) -> _Result:
        """Run a coroutine on a loop of its own.

        Parameters
        ----------
        work : Callable
            Makes the coroutine; called in the thread.
        grace_s : float
            Time to clean up after a cancellation, in seconds.

        Returns
        -------
        object
            What it returned. What it raised is raised here; an exit or an interrupt as `RuntimeError`.

        Raises
        ------
        Abandoned
            If an earlier call still hangs.
        """
        self.check()
        return await self._wait(_LoopGuest(work, self._name), grace_s + _MARGIN_S)

    async def call(self, work: Callable[[], _Result]) -> _Result:
        """Run a function.

        Parameters
        ----------
        work : Callable
            Called in the thread.

        Returns
        -------
        object
            As for `run`.

        Raises
        ------
        Abandoned
            If an earlier call still hangs.
        """
        self.check()
        return await self._wait(_Guest(work, self._name), 0.0)

    async def _wait(self, guest: "_Guest[_Result]", patience_s: float) -> _Result:
        guest.thread.start()
        try:
            await asyncio.shield(guest.ended)
        except asyncio.CancelledError:
            guest.cancel()
            if patience_s:
                await asyncio.wait({guest.ended}, timeout=patience_s)
            raise
        finally:
            if not guest.ended.done():
                logger.error("%s does not stop and is abandoned", self._name)
                self._left.append(guest)
                guest.interrupt()
        return guest.result()


def call_in_time(work: Callable[[], _Result], timeout_s: float, name: str) -> _Result:
    """Run a function in a thread and wait for it here; blocking.

    Parameters
    ----------
    work : Callable
        Called in the thread.
    timeout_s : float
        Most seconds to wait.
    name : str
        What to call it.

    Returns
    -------
    object
        What it returned. What it raised is raised here; an interrupt as `RuntimeError`.

    Raises
    ------
    Abandoned
        If it takes longer; its thread is left behind.
    """
    future: Future[_Result] = Future()
    thread = threading.Thread(target=partial(_fulfil, future, work), name=name, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if not future.done():
        raise Abandoned(f"{name} did not end within {timeout_s:g} s")
    return future.result()


def _fulfil(future: Future[_Result], work: Callable[[], _Result]) -> None:
    try:
        future.set_result(work())
    except (Exception, SystemExit) as error:  # noqa: BLE001 - the thread's door; raised again by who waits
        future.set_exception(error)
    except BaseException as error:  # noqa: BLE001 - no stranger ends the process
        future.set_exception(RuntimeError(f"{type(error).__name__}: {error}; it tried to end the process"))


class _Guest(Generic[_Result]):
    """One call in one thread."""

    def __init__(self, work: Callable[[], _Result], name: str) -> None:
        self._home = asyncio.get_running_loop()
        self._work = work
        self._result: _Result | None = None
        self._error: BaseException | None = None
        self.ended: asyncio.Future[None] = self._home.create_future()
        self.thread = threading.Thread(target=self._live, name=name, daemon=True)

    def cancel(self) -> None:
        """Ask it to stop; a plain function cannot be asked."""

    def interrupt(self) -> None:
        """Break an endless loop; what waits outside Python notices only when it comes back."""
        if self.thread.ident is not None:
            ident, kind = ctypes.c_ulong(self.thread.ident), ctypes.py_object(SystemExit)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, kind)

    def result(self) -> _Result:
        """What came of it, once it has ended."""
        if self._error is None:
            return self._result  # type: ignore[return-value]
        if isinstance(self._error, Exception):
            raise self._error
        words = f"{type(self._error).__name__}: {self._error}; it tried to end the process"
        raise RuntimeError(words) from self._error

    def _live(self) -> None:
        try:
            self._result = self._work()
        except BaseException as error:  # noqa: BLE001 - the thread's door; raised again by result()
            self._error = error
        try:
            self._home.call_soon_threadsafe(self._tell)
        except RuntimeError:
            logger.debug("%s ended after the loop", self.thread.name)

    def _tell(self) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


class _LoopGuest(_Guest[_Result]):
    """A coroutine on a loop of its own."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, _Result]], name: str) -> None:
        super().__init__(partial(self._on_loop, work), name)
        self._lock = threading.Lock()
        self._cancelled = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[_Result] | None = None

    def cancel(self) -> None:
        """Cancel the coroutine, also one that has not begun."""
        with self._lock:
            self._cancelled = True
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def _on_loop(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            loop.set_default_executor(_DaemonThreads())
            try:
                return runner.run(self._begun(work))
            finally:
                with self._lock:
                    self._loop = self._task = None

    async def _begun(self, work: Callable[[], Coroutine[Any, Any, _Result]]) -> _Result:
        with self._lock:
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
            if self._cancelled:
                raise asyncio.CancelledError
        return await work()


class _DaemonThreads(ThreadPoolExecutor):
    """`asyncio.to_thread` for strangers: no end of the process waits for these threads."""

    def submit(
        self, fn: Callable[_Arguments, _Result], /, *args: _Arguments.args, **kwargs: _Arguments.kwargs
    ) -> Future[_Result]:
        """Call a function in a new thread."""
        future: Future[_Result] = Future()

        def live() -> None:
            try:
                future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 - handed to who waits, as a thread pool does
                future.set_exception(error)

        future.set_running_or_notify_cancel()
        threading.Thread(target=live, name="plugin: to_thread", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for nobody."""
