"""Everything that is tried on every service."""

from dataclasses import dataclass

from tests.contract import spoiler
from tests.contract.spoiler import Spoil


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing that goes wrong."""

    name: str
    spoil: Spoil | None = None
    empty: bool = False
    pictures_only: bool = False
    is_fine: bool = False


CASES = (
    Case(name="good reply", is_fine=True),
    Case(name="empty", empty=True, is_fine=True),
    Case(name="blank image", spoil=spoiler.blank, pictures_only=True),
    Case(name="image of words", spoil=spoiler.page_of_words, pictures_only=True),
    Case(name="HTML with status 200", spoil=spoiler.html),
    Case(name="404", spoil=spoiler.not_found),
    Case(name="429 with Retry-After", spoil=spoiler.too_many),
    Case(name="500", spoil=spoiler.broken),
    Case(name="slow drip", spoil=spoiler.drip),
    Case(name="stall in the middle", spoil=spoiler.stall),
    Case(name="stall before the answer", spoil=spoiler.silence),
    Case(name="reset", spoil=spoiler.reset),
    Case(name="truncated without a length", spoil=spoiler.truncated),
    Case(name="length too large", spoil=spoiler.length_too_large),
    Case(name="length too small", spoil=spoiler.length_too_small),
    Case(name="another type of file", spoil=spoiler.other_type),
    Case(name="wrong content type", spoil=spoiler.wrong_label, is_fine=True),
    Case(name="oversize, announced", spoil=spoiler.oversize),
    Case(name="oversize, without end", spoil=spoiler.endless),
    Case(name="redirect to loopback", spoil=spoiler.to_loopback),
    Case(name="gz bomb in the transfer", spoil=spoiler.gz_bomb),
    Case(name="gz bomb as the file", spoil=spoiler.fits_bomb, pictures_only=True),
)
