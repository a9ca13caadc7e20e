"""What every language model server looks like to this room."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Role(StrEnum):
    """Whose turn it was."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One message of the conversation.

    Attributes
    ----------
    role : Role
        Who speaks.
    words : str
        What is said.
    jpeg : bytes or None
        A picture that goes with it.
    """

    role: Role
    words: str
    jpeg: bytes | None = field(default=None, repr=False)


class Talker(Protocol):
    """A server that answers a conversation with text."""

    @property
    def provider(self) -> str:
        """Kind of server.

        Returns
        -------
        str
            For example ``ollama``.
        """
        ...

    @property
    def model(self) -> str:
        """Model that answers.

        Returns
        -------
        str
            As the server calls it.
        """
        ...

    async def answer(self, turns: Sequence[Turn], schema: dict[str, object]) -> str:
        """Text of the model's next turn.

        Parameters
        ----------
        turns : Sequence of Turn
            The conversation so far.
        schema : dict
            JSON schema that the answer should follow; a server may ignore it.

        Returns
        -------
        str
            Untrusted; at most as long as the limit on replies.

        Raises
        ------
        BadData
            If the reply is larger than its limit, or the server cannot take this picture.
        Unavailable
            If the server does not answer, or answers with something else.
        ConfigError
            If it has no such model or wants another key.
        """
        ...

    async def close(self) -> None:
        """Give up every connection."""
        ...
