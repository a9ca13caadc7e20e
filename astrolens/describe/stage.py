"""Ask a language model about one picture: bounded in time, mended once, never an error for what it says."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from astrolens.config.settings import DescribeSettings
from astrolens.describe.prompt import PROMPT_VERSION, Subject, opening, second_try
from astrolens.describe.reply import Answer, answer_schema, read_answer
from astrolens.describe.talker import Talker, Turn
from astrolens.domain.clock import iso, utc_now
from astrolens.domain.description import Description
from astrolens.domain.errors import BadData, ConfigError, Unavailable
from astrolens.domain.text import clean

_LARGEST_PICTURE_BYTES = 512 * 1024
_LONGEST_KEY_BYTES = 4096


class Describer:
    """Describes one picture at a time.

    Parameters
    ----------
    settings : DescribeSettings
        Time limit.
    talker : Talker
        Who is asked.
    """

    def __init__(self, settings: DescribeSettings, talker: Talker) -> None:
        self._settings = settings
        self._talker = talker
        self._turn = asyncio.Lock()

    async def describe(self, subject: Subject) -> Description:
        """Ask for words about a picture.

        Parameters
        ----------
        subject : Subject
            The picture and what was measured.

        Returns
        -------
        Description
            With the reason in place of words when the model's answer cannot be used.

        Raises
        ------
        Unavailable
            If there is no answer within ``describe.timeout_s``, waiting for one's turn included.
        ConfigError
            If the server has no such model or wants another key.
        BadData
            If the picture is too large to be sent.
        """
        if len(subject.jpeg) > _LARGEST_PICTURE_BYTES:
            raise BadData(f"the thumbnail of image {subject.image_id} is too large to be sent to a model")
        timeout_s = self._settings.timeout_s
        try:
            async with asyncio.timeout(timeout_s), self._turn:
                answer, reason = await self._ask(subject)
        except TimeoutError:
            raise Unavailable(
                f"the model {clean(self._talker.model, 80)} gave no whole answer within {timeout_s:g} s "
                "(describe.timeout_s)"
            ) from None
        return self._description(subject.image_id, answer, reason)

    async def _ask(self, subject: Subject) -> tuple[Answer | None, str]:
        """An answer, or why there is none; one second try."""
        turns: Sequence[Turn] = opening(subject)
        mistake = ""
        for _ in range(2):
            try:
                text = await self._talker.answer(turns, answer_schema())
            except BadData as error:
                return None, str(error)
            try:
                return read_answer(text), ""
            except BadData as error:
                mistake = str(error)
                turns = second_try(turns, text, mistake)
        return None, f"the model's answer cannot be used, twice: {mistake}"

    def _description(self, image_id: int, answer: Answer | None, reason: str) -> Description:
        return Description(
            image_id=image_id,
            words=answer.description if answer else "",
            features=tuple(answer.features) if answer else (),
            suggested=answer.suggested_class if answer else None,
            confidence=answer.confidence if answer else None,
            reason=clean(reason, 300),
            provider=self._talker.provider,
            model=clean(self._talker.model, 120),
            prompt_version=PROMPT_VERSION,
            made_at=iso(utc_now()),
        )

    async def close(self) -> None:
        """Give up every connection."""
        await self._talker.close()


def open_describer(settings: DescribeSettings) -> Describer | None:
    """The describer that the settings ask for.

    Parameters
    ----------
    settings : DescribeSettings
        Which server and model.

    Returns
    -------
    Describer or None
        None when it is switched off; nothing is asked of the server yet. It reads the key's file: call it in
        a thread.

    Raises
    ------
    ConfigError
        If the file of the key cannot be used.
    """
    if not settings.enabled:
        return None
    key = "" if settings.api_key_file is None else _key(settings.api_key_file.expanduser())
    if settings.provider == "ollama":
        from astrolens.describe.ollama_server import OllamaServer as Server
    else:
        from astrolens.describe.openai_server import OpenAiServer as Server  # type: ignore[assignment]
    talker: Talker = Server(
        settings.url,
        settings.model,
        timeout_s=settings.timeout_s,
        limit_bytes=settings.limit_kb * 1024,
        most_tokens=settings.most_tokens,
        key=key,
    )
    return Describer(settings, talker)


def _key(file: Path) -> str:
    try:
        with file.open(encoding="ascii") as stream:
            key = stream.read(_LONGEST_KEY_BYTES).strip()
    except (OSError, ValueError) as error:
        raise ConfigError(
            f"describe.api_key_file: {file} cannot be read ({error}); name a file with the key"
        ) from error
    if not key or not key.isprintable() or " " in key:
        raise ConfigError(
            f"describe.api_key_file: {file} holds no key; it must hold one line with nothing else"
        )
    return key
