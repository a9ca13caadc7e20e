"""From a model's answer to harmless words, or to what is wrong with it."""

import re
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from astrolens.domain.description import DescribedClass
from astrolens.domain.errors import BadData
from astrolens.domain.text import clean

LONGEST_WORDS = 600
LONGEST_FEATURE = 60
MOST_FEATURES = 8

_LINK = re.compile(r"(?:[a-z][a-z0-9+.-]{0,20}:/{1,3}|www\.|mailto:|javascript:|data:)[^\s]*", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MARKUP = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", **dict.fromkeys("`*_#|\\~^", " ")}
)
_BLANKS = re.compile(r"\s+")


class Answer(BaseModel):
    """The form of an answer; also the schema that the server is given."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    description: Annotated[str, Field(min_length=1)]
    features: Annotated[list[str], Field(max_length=64)]
    suggested_class: DescribedClass
    confidence: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False, strict=True)]


def answer_schema() -> dict[str, Any]:
    """JSON schema of `Answer`, for servers that can hold a model to it.

    Returns
    -------
    dict
        Without references, and closed: some servers take nothing else.
    """
    return {
        "type": "object",
        "properties": {
            "description": {"type": "string"},
            "features": {"type": "array", "items": {"type": "string"}},
            "suggested_class": {"type": "string", "enum": [one.value for one in DescribedClass]},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": list(Answer.model_fields),
        "additionalProperties": False,
    }


def read_answer(text: str) -> Answer:
    """Read and clean an answer.

    Parameters
    ----------
    text : str
        Untrusted; a fence or a few words around the object do no harm.

    Returns
    -------
    Answer
        Its words hold no control characters, markup or links, and are at most as long as the limits.

    Raises
    ------
    BadData
        With what is wrong, in our own words.
    """
    start, end = text.find("{"), text.rfind("}")
    if not text.strip():
        raise BadData("it is empty")
    if start < 0 or end < start:
        raise BadData("it holds no JSON object")
    try:
        answer = Answer.model_validate_json(text[start : end + 1])
    except ValidationError as error:
        raise BadData(_mistake(error)) from None
    words = harmless(answer.description, LONGEST_WORDS)
    if not any(one.isalnum() for one in words):
        raise BadData("description: it holds no words")
    features = [harmless(feature, LONGEST_FEATURE) for feature in answer.features]
    kept = [feature for feature in features if feature][:MOST_FEATURES]
    return answer.model_copy(update={"description": words, "features": kept})


def harmless(words: str, limit: int) -> str:
    """One line of plain words.

    Parameters
    ----------
    words : str
        Untrusted.
    limit : int
        Most characters that come back.

    Returns
    -------
    str
        Without control and format characters, tags, links, and the signs that markup is made of.
    """
    line = clean(words, 4 * limit).replace("\N{REPLACEMENT CHARACTER}", " ")
    line = _TAG.sub(" ", _LINK.sub("(link removed)", line)).translate(_MARKUP)
    return clean(_BLANKS.sub(" ", line).strip(), limit)


def _mistake(error: ValidationError) -> str:
    """The first mistake, naming a field of ours and never a stranger's value."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = first["loc"][0] if first["loc"] else ""
    if first["type"].startswith("json"):
        return "it is no valid JSON"
    return f"{place if place in Answer.model_fields else 'the object'}: {clean(first['msg'], 300)}"
