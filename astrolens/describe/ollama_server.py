"""Ollama, through its own client."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import ollama

from astrolens.describe.limits import BoundedTransport, answering, refusal
from astrolens.describe.talker import Turn


class OllamaServer:
    """An Ollama server; implements `astrolens.describe.talker.Talker`.

    Parameters
    ----------
    url : str
        For example ``http://127.0.0.1:11434``.
    model : str
        A model that sees pictures.
    timeout_s : float
        Longest silence.
    limit_bytes : int
        Largest reply.
    most_tokens : int
        Longest answer.
    key : str
        For a server behind a guard; "" for none.
    """

    provider = "ollama"

    def __init__(
        self, url: str, model: str, *, timeout_s: float, limit_bytes: int, most_tokens: int, key: str = ""
    ) -> None:
        self.model = model
        self._url = url
        self._options = {"temperature": 0.0, "seed": 0, "num_predict": most_tokens}
        self._client = ollama.AsyncClient(
            host=url,
            timeout=timeout_s,
            follow_redirects=False,
            trust_env=False,
            transport=BoundedTransport(limit_bytes, key),
        )

    async def answer(self, turns: Sequence[Turn], schema: dict[str, object]) -> str:
        """Text of the model's next turn.

        Parameters
        ----------
        turns : Sequence of Turn
            The conversation so far.
        schema : dict
            JSON schema that the answer should follow.

        Returns
        -------
        str
            Untrusted.

        Raises
        ------
        BadData
            If the reply is too large, or the server cannot take this picture.
        Unavailable
            If the server does not answer as such a server does.
        ConfigError
            If it has no such model or wants another key.
        """
        with answering(self._url, self.model):
            try:
                reply = await self._client.chat(
                    model=self.model,
                    messages=[_message(turn) for turn in turns],
                    stream=False,
                    format=schema,
                    options=self._options,
                )
            except ollama.ResponseError as error:
                raise refusal(error.status_code, error.error, self._url, self.model) from error
        return reply.message.content or ""

    async def close(self) -> None:
        """Give up every connection."""
        closing: Callable[[], Awaitable[None]] = self._client.close  # the library does not annotate it
        await closing()


def _message(turn: Turn) -> dict[str, Any]:
    message: dict[str, Any] = {"role": turn.role.value, "content": turn.words}
    if turn.jpeg is not None:
        message["images"] = [turn.jpeg]
    return message
