"""The frame that crosses the wall: a fixed header, a JSON tree, raw little-endian buffers.

Both lengths stand in the header and are checked before a byte more is read. Nothing is unpickled, and no
byte sequence whatever makes `unpack` do more than raise FrameError.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

HEADER = struct.Struct("<4sIQ")  # magic, bytes of the tree, bytes of all buffers
MAGIC = b"CRF1"
LARGEST_TREE = 1 << 20
LARGEST_BUFFERS = 16 << 20
DEEPEST = 32
MOST_AXES = 8
LEAVES = frozenset([str, int, bool, type(None)])
KEYS = (str, int)
DTYPES = frozenset(["<f8", "<f4", "<f2", "|b1", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8", "<c8", "<c16"])


class FrameError(ValueError):
    """The bytes are no frame, or the value cannot be put into one."""


@dataclass(frozen=True)
class Named:
    """Stands for something that the student's file or the given code defines."""

    name: str


def pack(value: Any) -> bytes:
    """One frame for a value of numbers, strings, None, arrays, and lists, tuples and dicts of these.

    Raises FrameError naming the type that has no place in a frame.
    """
    buffers: list[bytes] = []
    tree = json.dumps(_to_tree(value, buffers, 0), separators=(",", ":"), allow_nan=False).encode()
    size = sum(map(len, buffers))
    if len(tree) > LARGEST_TREE or size > LARGEST_BUFFERS:
        message = f"a value of {len(tree) + size} bytes, which is too large"
        raise FrameError(message)
    return b"".join([HEADER.pack(MAGIC, len(tree), size), tree, *buffers])


def lengths(header: bytes) -> tuple[int, int]:
    """Bytes of tree and buffers that follow a header. Raises FrameError where they are too many."""
    if len(header) != HEADER.size:
        message = "the frame ends in its header"
        raise FrameError(message)
    magic, tree, buffers = HEADER.unpack(header)
    if magic != MAGIC or tree > LARGEST_TREE or buffers > LARGEST_BUFFERS:
        message = "not a frame"
        raise FrameError(message)
    return tree, buffers


def unpack(tree: bytes, buffers: bytes) -> Any:
    """The value of a frame's two parts. Arrays are read-only views of `buffers`. Raises FrameError."""
    try:
        parsed = json.loads(tree.decode(), parse_constant=_refuse, object_pairs_hook=_one_key)
        source = _Buffers(memoryview(buffers))
        value = _from_tree(parsed, source, 0)
    except FrameError:
        raise
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, UnicodeError) as error:
        raise FrameError(str(error)) from error
    if source.rest:
        message = "bytes are left over"
        raise FrameError(message)
    return value


def receive(read: Callable[[int], bytes]) -> Any:
    """Read one frame with `read(n)`, which gives exactly n bytes. Raises FrameError, EOFError."""
    tree, buffers = lengths(read(HEADER.size))
    return unpack(read(tree), read(buffers))


def _to_tree(value: Any, buffers: list[bytes], depth: int) -> Any:
    if depth > DEEPEST:
        message = "a value that is nested too deeply"
        raise FrameError(message)
    kind = type(value)
    if kind in LEAVES:
        return value
    if kind is float:
        return {"f": value.hex()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, np.generic | np.ndarray):
        return _array_to_tree(np.asarray(value), buffers)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return {"f": float(value).hex()}
    if isinstance(value, complex):
        return {"c": [value.real.hex(), value.imag.hex()]}
    if isinstance(value, Named):
        return {"n": value.name}
    return _collection_to_tree(value, buffers, depth + 1)


def _collection_to_tree(value: Any, buffers: list[bytes], depth: int) -> Any:
    if isinstance(value, tuple):
        return {"t": [_to_tree(item, buffers, depth) for item in value]}
    if isinstance(value, list):
        return [_to_tree(item, buffers, depth) for item in value]
    if isinstance(value, dict):
        return {"d": [[_to_tree(k, buffers, depth), _to_tree(v, buffers, depth)] for k, v in value.items()]}
    message = f"an object of type {type(value).__name__}"
    raise FrameError(message)


def _array_to_tree(array: np.ndarray[Any, Any], buffers: list[bytes]) -> Any:
    kind = array.dtype.newbyteorder("<").str
    if kind not in DTYPES:
        message = f"an array of dtype {array.dtype}"
        raise FrameError(message)
    if array.ndim > MOST_AXES:
        message = f"an array with {array.ndim} axes"
        raise FrameError(message)
    buffers.append(array.astype(kind, copy=False).tobytes())
    layout = "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"
    return {"a": [kind, list(array.shape), layout, bool(array.flags.writeable)]}


class _Buffers:
    """Hands out the raw bytes of arrays in order."""

    def __init__(self, rest: memoryview) -> None:
        self.rest = rest

    def take(self, size: int) -> memoryview:
        if size > len(self.rest):
            message = "an array is larger than its bytes"
            raise FrameError(message)
        taken, self.rest = self.rest[:size], self.rest[size:]
        return taken


def _from_tree(node: Any, source: _Buffers, depth: int) -> Any:
    if depth > 2 * DEEPEST:
        message = "nested too deeply"
        raise FrameError(message)
    kind = type(node)  # JSON gives these very types and no subclasses
    if kind is dict and len(node) == 1:
        ((tag, content),) = node.items()
        return _READERS[tag](content, source, depth + 1)
    if kind is list:
        return [_from_tree(item, source, depth + 1) for item in node]
    if kind in LEAVES:
        return node
    message = "an unknown node"
    raise FrameError(message)


def _read_dict(content: Any, source: _Buffers, depth: int) -> Any:
    pairs = [_from_tree(pair, source, depth) for pair in content]
    if not all(isinstance(k, KEYS) for k, _ in pairs):
        message = "a key that is neither text nor a whole number"
        raise FrameError(message)
    return {k: v for k, v in pairs}  # noqa: C416 - unpacking refuses pairs that are not two


def _read_array(content: Any, source: _Buffers, depth: int) -> Any:
    del depth
    kind, shape, layout, writeable = content
    if kind not in DTYPES or len(shape) > MOST_AXES or layout not in {"C", "F", "strided"}:
        message = "an unknown kind of array"
        raise FrameError(message)
    if not all(type(n) is int and 0 <= n <= LARGEST_BUFFERS for n in shape) or type(writeable) is not bool:
        message = "an impossible shape"
        raise FrameError(message)
    dtype = np.dtype(kind)
    size = math.prod(shape) * dtype.itemsize
    if size > LARGEST_BUFFERS:
        message = "an array that is too large"
        raise FrameError(message)
    array = np.frombuffer(source.take(size), dtype).reshape(shape)
    return array if (layout, writeable) == ("C", True) else Laid(array, layout, writeable)


@dataclass(frozen=True)
class Laid:
    """An array that was not C-contiguous or not writeable where it came from."""

    array: np.ndarray[Any, Any]
    layout: str
    writeable: bool


def _read_float(content: Any, source: _Buffers, depth: int) -> float:
    del source, depth
    return float.fromhex(content)


def _read_complex(content: Any, source: _Buffers, depth: int) -> complex:
    del source, depth
    real, imaginary = content
    return complex(float.fromhex(real), float.fromhex(imaginary))


def _read_tuple(content: Any, source: _Buffers, depth: int) -> Any:
    if not isinstance(content, list):
        message = "a tuple that is no list"
        raise FrameError(message)
    return tuple(_from_tree(item, source, depth) for item in content)


def _read_name(content: Any, source: _Buffers, depth: int) -> Named:
    del source, depth
    if not isinstance(content, str):
        message = "a name that is no text"
        raise FrameError(message)
    return Named(content)


_READERS: dict[str, Callable[[Any, _Buffers, int], Any]] = {
    "f": _read_float,
    "c": _read_complex,
    "t": _read_tuple,
    "d": _read_dict,
    "a": _read_array,
    "n": _read_name,
}


def _refuse(constant: str) -> Any:
    message = f"{constant} is no JSON"
    raise FrameError(message)


def _one_key(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != 1:
        message = "a node with other than one key"
        raise FrameError(message)
    return dict(pairs)
