"""What the first bytes of a file say it is, whatever its name or the server claims."""

import re
import zlib

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType

SNIFF_BYTES = 4096

_ACCEPTED = (
    (b"\xff\xd8\xff", MediaType.JPEG),
    (b"\x89PNG\r\n\x1a\n", MediaType.PNG),
    (b"SIMPLE  =", MediaType.FITS),
)
_GZIP = b"\x1f\x8b"
_REFUSED = (
    (b"GIF8", "a GIF"),
    (b"II*\0", "a TIFF"),
    (b"MM\0*", "a TIFF"),
    (b"II+\0", "a TIFF"),
    (b"MM\0+", "a TIFF"),
    (b"BM", "a BMP"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF"),
    (b"XTENSION", "a FITS extension without its primary header"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\0", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89HDF", "an HDF5 file"),
)
_ADVICE = "only JPEG, PNG and FITS (also gzipped) are read"


def sniff(first: bytes) -> MediaType:
    """Recognise a file by its first bytes.

    Parameters
    ----------
    first : bytes
        The beginning of the file; `SNIFF_BYTES` are enough, fewer only if the file is shorter.

    Returns
    -------
    MediaType
        What it is.

    Raises
    ------
    BadData
        If it is nothing we read; the message names what it looks like.
    """
    if not first:
        raise BadData("the file is empty")
    for magic, media_type in _ACCEPTED:
        if first.startswith(magic):
            return media_type
    if first.startswith(_GZIP):
        _require_fits_inside(first)
        return MediaType.FITS_GZIP
    raise BadData(f"the file is {_looks_like(first)}; {_ADVICE}")


def _require_fits_inside(first: bytes) -> None:
    try:
        inside = zlib.decompressobj(wbits=31).decompress(first[:SNIFF_BYTES], SNIFF_BYTES)
    except zlib.error as error:
        raise BadData(f"the file is a damaged gzip ({error})") from error
    if not inside.startswith(b"SIMPLE  ="):
        raise BadData(f"the file is a gzip that holds no FITS but {_looks_like(inside)}; {_ADVICE}")


def _looks_like(first: bytes) -> str:
    for magic, media_type in _ACCEPTED:
        if first.startswith(magic):
            return f"an {media_type.value}"
    for magic, words in _REFUSED:
        if first.startswith(magic):
            return words
    if first.startswith(b"RIFF") and first[8:12] == b"WEBP":
        return "a WebP"
    return _text_kind(first)


def _text_kind(first: bytes) -> str:
    if not first:
        return "nothing"
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if re.match(rb"<(!doctype html|html|head|body|script)", start) or b"<html" in start:
        return "an HTML page"
    if b"<votable" in start:
        return "a VOTable"
    if start.startswith((b"<?xml", b"<")):
        return "an XML document"
    if start.startswith((b"{", b"[")):
        return "JSON"
    if not start.strip(b"\0"):
        return "all zero bytes" if b"\0" in first else "white space"
    readable = sum(byte >= 0x20 or byte in b"\t\r\n" for byte in first[:512]) / len(first[:512])
    if b"\0" not in first and readable > 0.95 and _is_utf8(first[:512]):
        return "plain text"
    return f"of an unknown kind (it begins with {first[:8].hex(' ')})"


def _is_utf8(text: bytes) -> bool:
    return "\N{REPLACEMENT CHARACTER}" not in text.decode("utf-8", "replace")[:-1]
