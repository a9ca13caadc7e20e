"""First bytes decide, names never."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from astrolens.domain.errors import BadData
from astrolens.domain.image import MediaType
from astrolens.download.sniff import sniff

FITS = b"SIMPLE  =                    T".ljust(2880)


def packed(content: bytes) -> bytes:
    """A gzip without its time, so that every collection of these tests is the same."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("first", "media_type"),
    [
        (b"\xff\xd8\xff\xe0\0\x10JFIF", MediaType.JPEG),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", MediaType.PNG),
        (FITS, MediaType.FITS),
        (packed(FITS), MediaType.FITS_GZIP),
        (packed(FITS * 100)[:200], MediaType.FITS_GZIP),
    ],
)
def test_accepted(first: bytes, media_type: MediaType) -> None:
    assert sniff(first) is media_type


@pytest.mark.parametrize(
    ("first", "words"),
    [
        (b"", "empty"),
        (b"\n <!DOCTYPE html><html>", "an HTML page"),
        (b"\xef\xbb\xbf<html lang='en'>", "an HTML page"),
        (b"<?xml version='1.0'?><VOTABLE>", "a VOTable"),
        (b"<?xml version='1.0'?><rss>", "an XML document"),
        (b'{"error": "outside footprint"}', "JSON"),
        (b"Error: no such survey", "plain text"),
        (b"GIF89a", "a GIF"),
        (b"II*\0\x08\0", "a TIFF"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "a WebP"),
        (b"BM\x36", "a BMP"),
        (b"PK\x03\x04", "a ZIP"),
        (b"%PDF-1.7", "a PDF"),
        (b"XTENSION= 'IMAGE", "FITS extension"),
        (b"\0" * 100, "all zero bytes"),
        (b"  \n", "white space"),
        (b"\x01\x02\xfe\xff", "begins with 01 02 fe ff"),
        (packed(b"<html>"), "a gzip that holds no FITS but an HTML page"),
        (packed(b"\xff\xd8\xff"), "no FITS but an image/jpeg"),
        (packed(b""), "no FITS but nothing"),
        (packed(packed(FITS)), "no FITS but"),
        (b"\x1f\x8b\x09\x00garbage", "damaged gzip"),
        (b"\x1f\x8b", "no FITS but nothing"),
    ],
)
def test_refused_with_its_name(first: bytes, words: str) -> None:
    with pytest.raises(BadData, match=words):
        sniff(first)


@given(st.binary(max_size=300))
def test_any_bytes_are_named_or_refused(first: bytes) -> None:
    try:
        sniff(first)
    except BadData as error:
        words = str(error)
    else:
        words = "known"
    assert words.isprintable()
