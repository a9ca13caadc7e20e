"""Notifications on Linux: straight over D-Bus, no subprocess, no argument that could be an option."""

import asyncio
from typing import Any

from dbus_fast import BusType, Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.errors import DBusFastError
from plyer.facades import Notification

from astrolens.domain.errors import Unavailable
from astrolens.domain.text import clean
from astrolens.notify.message import MOST_BODY, as_markup, plain, plain_title

_NAME = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_NORMAL_URGENCY = 1


class LinuxNotification(Notification):  # type: ignore[misc] # plyer has no types
    """The interface of plyer, on the desktop's own service.

    Parameters
    ----------
    timeout_s : float
        Time for connecting, asking and telling together.
    address : str, optional
        Address of the session bus; that of the environment when not given.

    References
    ----------
    Desktop Notifications Specification 1.2, freedesktop.org, sections 4, 8 and 9.
    """

    def __init__(self, timeout_s: float, address: str | None = None) -> None:
        super().__init__()
        self._timeout_s = timeout_s
        self._address = address

    def _notify(self, **kwargs: Any) -> None:
        """Show one message; blocks no longer than the time limit, for a thread.

        Raises
        ------
        Unavailable
            When no desktop took it.
        """
        asyncio.run(self._show(kwargs))

    async def _show(self, words: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(self._timeout_s):
                bus = await MessageBus(self._address, bus_type=BusType.SESSION).connect()
                try:
                    await self._tell(bus, words)
                finally:
                    bus.disconnect()
        except TimeoutError as error:
            raise Unavailable(f"the desktop took no message within {self._timeout_s:g} s") from error
        except (DBusFastError, OSError, EOFError) as error:
            raise Unavailable(f"no session bus takes messages: {clean(error, 150)}") from error

    async def _tell(self, bus: MessageBus, words: dict[str, Any]) -> None:
        (capabilities,) = await self._call(bus, "GetCapabilities", "", [])
        body = plain(str(words.get("message", "")), MOST_BODY)
        if "body-markup" in capabilities:
            body = as_markup(body)
        shown_ms = max(0, round(1000 * float(words.get("timeout") or 0)))
        arguments = [
            plain_title(str(words.get("app_name") or "AstroLens")),
            0,
            "",
            plain_title(str(words.get("title", ""))),
            body,
            [],
            {"urgency": Variant("y", _NORMAL_URGENCY)},
            shown_ms or -1,
        ]
        await self._call(bus, "Notify", "susssasa{sv}i", arguments)

    @staticmethod
    async def _call(bus: MessageBus, member: str, signature: str, arguments: list[Any]) -> list[Any]:
        asked = Message(
            destination=_NAME,
            path=_PATH,
            interface=_NAME,
            member=member,
            signature=signature,
            body=arguments,
        )
        reply = await bus.call(asked)
        if reply is None or reply.message_type is not MessageType.METHOD_RETURN:
            words = "no reply" if reply is None else f"{reply.error_name} {reply.body}"
            raise Unavailable(f"the desktop refused {member}: {clean(words, 150)}")
        return list(reply.body)
