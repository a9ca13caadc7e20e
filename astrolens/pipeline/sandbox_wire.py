"""Frames between the house and its limited child processes: JSON and raw bytes, never pickle."""

import asyncio
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_HEAD = struct.Struct(">4sIQ")  # magic, bytes of the JSON header, bytes of the payload
_MAGIC = b"ALF1"
_ALIGNMENT = 16
_HEADER_LIMIT = 16 * 2**20
_PLAIN_KINDS = "biuf"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reply:
    """What a function in a child process hands back.

    Attributes
    ----------
    values : Mapping of str to object
        JSON-able; NaN and infinities are kept.
    arrays : Mapping of str to ndarray
        Boolean, integer or float arrays of any shape; read-only once they crossed.
    blobs : Mapping of str to bytes
        Files in memory.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    blobs: Mapping[str, bytes] = field(default_factory=dict)


def pack_reply(reply: Reply) -> list[bytes | memoryview]:
    """Turn a reply into the buffers of one frame.

    Parameters
    ----------
    reply : Reply
        Arrays of other kinds than boolean, integer and float are refused.

    Returns
    -------
    list of bytes or memoryview
        To be written one after the other.

    Raises
    ------
    ValueError
        If an array could not be read back without pickle.
    """
    parts: list[bytes | memoryview] = []
    arrays = []
    for name, array in reply.arrays.items():
        if array.dtype.kind not in _PLAIN_KINDS:
            raise ValueError(f"array {name!r} is {array.dtype}; only boolean, integer and float arrays cross")
        arrays.append({"name": name, "dtype": array.dtype.str, "shape": list(array.shape)})
        parts.append(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    blobs = []
    for name, blob in reply.blobs.items():
        blobs.append({"name": name, "size": len(blob)})
        parts.append(blob)
    return pack({"values": dict(reply.values), "arrays": arrays, "blobs": blobs}, parts)


def pack(
    header: Mapping[str, Any], parts: list[bytes | memoryview] | None = None
) -> list[bytes | memoryview]:
    """Put a header and its payload into one frame.

    Parameters
    ----------
    header : Mapping of str to object
        JSON-able.
    parts : list of bytes or memoryview, optional
        The payload; each part is padded so that arrays stay aligned.

    Returns
    -------
    list of bytes or memoryview
        To be written one after the other.
    """
    text = json.dumps(header).encode()
    padded: list[bytes | memoryview] = []
    for part in parts or []:
        padded += [part, bytes(-len(part) % _ALIGNMENT)]
    return [_HEAD.pack(_MAGIC, len(text), sum(map(len, padded))), text, *padded]


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """Read one frame from a blocking pipe.

    Parameters
    ----------
    stream : BinaryIO
        Buffered and trusted: the child reads what the house wrote.

    Returns
    -------
    tuple of dict and bytes, or None
        Header and payload; None at the end of the stream.
    """
    head = stream.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    header_bytes, payload_bytes = _sizes(head, payload_limit=2**40)
    return _header(stream.read(header_bytes)), stream.read(payload_bytes)


async def receive_frame(stream: asyncio.StreamReader, payload_limit: int) -> tuple[dict[str, Any], bytes]:
    """Read one frame from a child.

    Parameters
    ----------
    stream : asyncio.StreamReader
        The child's output; it may have been taken over by what it decoded.
    payload_limit : int
        Most bytes that are believed.

    Returns
    -------
    tuple of dict and bytes
        Header and payload.

    Raises
    ------
    asyncio.IncompleteReadError
        If the child died.
    ValueError
        If it is no frame or too large.
    """
    header_bytes, payload_bytes = _sizes(await stream.readexactly(_HEAD.size), payload_limit)
    frame = await stream.readexactly(header_bytes + payload_bytes)
    return _header(frame[:header_bytes]), frame[header_bytes:]


def unpack_reply(header: Mapping[str, Any], payload: bytes) -> Reply:
    """Rebuild a reply from its frame.

    Parameters
    ----------
    header : Mapping of str to object
        As `pack_reply` wrote it.
    payload : bytes
        Kept alive by the arrays, which are views into it.

    Returns
    -------
    Reply
        With read-only arrays.

    Raises
    ------
    ValueError
        If header and payload do not fit together.
    """
    try:
        arrays: dict[str, NDArray[Any]] = {}
        offset = 0
        for entry in header["arrays"]:
            dtype, shape = np.dtype(str(entry["dtype"])), tuple(int(size) for size in entry["shape"])
            if dtype.kind not in _PLAIN_KINDS or min(shape, default=0) < 0:
                raise ValueError(f"array {entry['name']!r} claims to be {dtype} {shape}")
            count = prod(shape)
            view = (
                np.frombuffer(payload, dtype=dtype, count=count, offset=offset)
                if count
                else np.empty(0, dtype)
            )
            arrays[str(entry["name"])] = view.reshape(shape)
            offset += _padded(count * dtype.itemsize)
        blobs: dict[str, bytes] = {}
        for entry in header["blobs"]:
            blobs[str(entry["name"])] = payload[offset : offset + int(entry["size"])]
            offset += _padded(int(entry["size"]))
    except (KeyError, TypeError) as error:
        raise ValueError(f"a frame without its parts: {error!r}") from error
    if offset != len(payload):
        raise ValueError(f"a frame announces {offset} bytes and holds {len(payload)}")
    return Reply(values=dict(header.get("values", {})), arrays=arrays, blobs=blobs)


def _padded(size: int) -> int:
    return size + -size % _ALIGNMENT


def _sizes(head: bytes, payload_limit: int) -> tuple[int, int]:
    magic, header_bytes, payload_bytes = _HEAD.unpack(head)
    if magic != _MAGIC or header_bytes > _HEADER_LIMIT or payload_bytes > payload_limit:
        raise ValueError(f"no frame: {magic!r}, header {header_bytes} bytes, payload {payload_bytes} bytes")
    return header_bytes, payload_bytes


def _header(text: bytes) -> dict[str, Any]:
    header = json.loads(text)
    if not isinstance(header, dict):
        raise ValueError(f"a frame's header is a {type(header).__name__}; want an object")
    return header
