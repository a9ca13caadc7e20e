"""What is packed comes back, and nothing else is believed."""

import asyncio
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as numpy_strategies

from astrolens.pipeline.sandbox_wire import Reply, pack, pack_reply, read_frame, receive_frame, unpack_reply

DTYPES = st.one_of(
    numpy_strategies.boolean_dtypes(),
    numpy_strategies.integer_dtypes(endianness="?"),
    numpy_strategies.floating_dtypes(sizes=(32, 64), endianness="?"),
)
ARRAYS = numpy_strategies.arrays(dtype=DTYPES, shape=numpy_strategies.array_shapes(min_dims=0, min_side=0))


@given(
    st.dictionaries(
        st.text(max_size=5), st.one_of(st.integers(), st.floats(), st.text(), st.none()), max_size=3
    ),
    st.dictionaries(st.text(max_size=5), ARRAYS, max_size=3),
    st.dictionaries(st.text(max_size=5), st.binary(max_size=50), max_size=3),
)
def test_round_trip(
    values: dict[str, object], arrays: dict[str, np.ndarray], blobs: dict[str, bytes]
) -> None:
    frame = b"".join(pack_reply(Reply(values=values, arrays=arrays, blobs=blobs)))
    read = read_frame(io.BytesIO(frame))
    assert read is not None
    reply = unpack_reply(*read)
    np.testing.assert_equal(dict(reply.values), values)
    assert dict(reply.blobs) == blobs
    assert reply.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert reply.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(reply.arrays[name], array)


def test_arrays_stay_aligned() -> None:
    reply = Reply(arrays={"odd": np.ones(3, np.uint8), "wide": np.ones(4)})
    read = read_frame(io.BytesIO(b"".join(pack_reply(reply))))
    assert read is not None
    assert unpack_reply(*read).arrays["wide"].flags.aligned


def test_the_end_of_a_stream_is_none() -> None:
    assert read_frame(io.BytesIO(b"")) is None
    assert read_frame(io.BytesIO(b"ALF")) is None


@given(st.binary(max_size=200))
async def test_noise_is_never_believed(noise: bytes) -> None:
    stream = asyncio.StreamReader()
    stream.feed_data(noise)
    stream.feed_eof()
    with pytest.raises((ValueError, asyncio.IncompleteReadError)):
        unpack_reply(*await receive_frame(stream, 1000))


@pytest.mark.parametrize(
    "header",
    [
        [],
        {},
        {"arrays": [{"name": "a", "dtype": "O", "shape": [1]}], "blobs": []},
        {"arrays": [{"name": "a", "dtype": "f8", "shape": [-1]}], "blobs": []},
        {"arrays": [{"name": "a", "dtype": "f8", "shape": [10**9, 10**9]}], "blobs": []},
        {"arrays": [{"name": "a", "dtype": "f8", "shape": [8]}], "blobs": []},
        {"arrays": [{"name": "a", "dtype": "no dtype", "shape": [1]}], "blobs": []},
        {"arrays": [], "blobs": [{"name": "a", "size": -16}]},
        {"arrays": [], "blobs": [{"name": "a", "size": 48}]},
        {"arrays": 5, "blobs": []},
    ],
)
async def test_a_lying_header_is_refused(header: object) -> None:
    stream = asyncio.StreamReader()
    text = json.dumps(header).encode()
    frame = b"".join(pack({}, [bytes(16)])).replace(b"{}", text)
    stream.feed_data(frame[:4] + len(text).to_bytes(4, "big") + frame[8:])
    stream.feed_eof()
    with pytest.raises(ValueError, match=r"."):
        unpack_reply(*await receive_frame(stream, 1000))


async def test_a_payload_over_the_limit_is_refused_unread() -> None:
    stream = asyncio.StreamReader()
    stream.feed_data(b"".join(pack({}, [bytes(64)])))
    with pytest.raises(ValueError, match="payload 64 bytes"):
        await receive_frame(stream, 63)
