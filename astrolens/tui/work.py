"""Workers: what may take time, away from keys and drawing."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker

log = logging.getLogger(__name__)


def begin(
    node: DOMNode, task: Callable[[], Coroutine[Any, Any, None]], *, group: str, exclusive: bool = False
) -> None:
    """Run a task for a node of the screen; it ends with the node.

    An exclusive task ends the one of its group that still runs. A task posts messages and touches no
    widget. A bug in one is logged and does not end the terminal.
    """

    async def guarded() -> None:
        try:
            await task()
        except Exception as error:  # noqa: BLE001 - a door
            _tell(group, error)

    _worker: Worker[None] = node.run_worker(guarded, group=group, exclusive=exclusive)


def _tell(group: str, error: Exception) -> None:
    log.error("A task of group %s failed", group, exc_info=error)
