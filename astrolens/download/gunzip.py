"""A gzipped FITS unpacked in memory, without believing it."""

import gzip
import zlib
from pathlib import Path

from astrolens.domain.errors import BadData
from astrolens.download.limits import DecodeLimits

_CHUNK_BYTES = 2**20
_RATIO_FREE_BYTES = 16 * 2**20
_MOST_RATIO = 100


def gunzip(path: Path, limits: DecodeLimits) -> bytearray:
    """Unpack, and stop as soon as it looks like a bomb.

    Parameters
    ----------
    path : Path
        A gzip file.
    limits : DecodeLimits
        ``unpacked_mb`` bounds the result.

    Returns
    -------
    bytearray
        The unpacked bytes.

    Raises
    ------
    BadData
        If it is damaged, grows over the limit, or, beyond 16 MB, by more than a hundred times.
    """
    packed_bytes = path.stat().st_size
    unpacked = bytearray()
    try:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                unpacked += chunk
                _check_growth(packed_bytes, len(unpacked), limits)
    except (OSError, EOFError, zlib.error) as error:
        raise BadData(f"damaged gzip: {error}") from error
    return unpacked


def _check_growth(packed_bytes: int, unpacked_bytes: int, limits: DecodeLimits) -> None:
    if unpacked_bytes > limits.unpacked_bytes:
        raise BadData(f"a gzip that unpacks to more than {limits.unpacked_mb:g} MB")
    if unpacked_bytes > max(_RATIO_FREE_BYTES, _MOST_RATIO * packed_bytes):
        raise BadData(
            f"a gzip of {packed_bytes} bytes that unpacks to over {unpacked_bytes // 2**20} MB; "
            f"more than {_MOST_RATIO} times is taken for a bomb"
        )
