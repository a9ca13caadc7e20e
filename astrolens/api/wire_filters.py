"""What crosses the socket about saved filters."""

from typing import TypedDict


class SavedFilter(TypedDict):
    """POST /filters, and one line of GET /filters."""

    name: str
    words: str  # as `astrolens.domain.filter_text.parse_filter` reads them


class SavedFilterName(TypedDict):
    """POST /filters/remove."""

    name: str
