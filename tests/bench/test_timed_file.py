"""The product's reply with what it cost."""

from astrolens.bench.sets import LabelledSet
from astrolens.bench.timed_file import measure_timed
from astrolens.download.limits import DecodeLimits
from astrolens.models.encoder import Encoder
from astrolens.pipeline.measure_file import measure_file, read_reply, request


def test_the_reply_is_the_products_own(small_sky: LabelledSet, encoder: Encoder) -> None:
    arguments = request(small_sky.normal[0], DecodeLimits(), encoder.preprocessing)
    timed, plain = measure_timed(arguments), measure_file(arguments)
    assert read_reply(timed).network_input.tobytes() == read_reply(plain).network_input.tobytes()
    assert timed.values["cpu_s"] > 0.0
    assert timed.values["resident_mb"] > 0.0
