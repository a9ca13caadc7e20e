"""Units of the limits."""

from astrolens.download.limits import DecodeLimits


def test_millions_and_megabytes() -> None:
    limits = DecodeLimits(megapixels=1.5, unpacked_mb=2.0)
    assert (limits.pixels, limits.unpacked_bytes) == (1_500_000, 2_097_152)
