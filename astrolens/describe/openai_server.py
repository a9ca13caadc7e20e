"""Any server that speaks OpenAI's chat completions: llama.cpp, vLLM, LM Studio, Ollama, or a paid one."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import httpx

from astrolens.describe.limits import BoundedTransport, answering, refusal
from astrolens.describe.talker import Turn


class OpenAiServer:
    """A server with ``/chat/completions``; implements `astrolens.describe.talker.Talker`.

    Parameters
    ----------
    url : str
        Up to and with the version, for example ``http://127.0.0.1:8080/v1``.
    model : str
        A model that sees pictures.
    timeout_s : float
        Longest silence.
    limit_bytes : int
        Largest reply.
    most_tokens : int
        Longest answer.
    key : str
        Bearer token; "" for none.
    """

    provider = "openai"

    def __init__(
        self, url: str, model: str, *, timeout_s: float, limit_bytes: int, most_tokens: int, key: str = ""
    ) -> None:
        self.model = model
        self._url = url.rstrip("/")
        self._most_tokens = most_tokens
        self._client = httpx.AsyncClient(
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
        form = {"name": "description", "strict": True, "schema": schema}
        asked = {
            "model": self.model,
            "messages": [_message(turn) for turn in turns],
            "temperature": 0,
            "max_tokens": self._most_tokens,
            "response_format": {"type": "json_schema", "json_schema": form},
        }
        with answering(self._url, self.model):
            response = await self._client.post(f"{self._url}/chat/completions", json=asked)
            if response.status_code >= 300:
                raise refusal(response.status_code, _said(response), self._url, self.model)
            words = response.json()["choices"][0]["message"].get("content")
        return words if isinstance(words, str) else ""

    async def close(self) -> None:
        """Give up every connection."""
        await self._client.aclose()


def _message(turn: Turn) -> dict[str, Any]:
    if turn.jpeg is None:
        return {"role": turn.role.value, "content": turn.words}
    url = f"data:image/jpeg;base64,{b64encode(turn.jpeg).decode('ascii')}"
    parts = [{"type": "text", "text": turn.words}, {"type": "image_url", "image_url": {"url": url}}]
    return {"role": turn.role.value, "content": parts}


def _said(response: httpx.Response) -> str:
    """The server's own words about a failure, in either of the usual forms."""
    try:
        found = json.loads(response.text)["error"]
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase
    return str(found.get("message", found) if isinstance(found, dict) else found)
