"""The frame that crosses the wall: what is sent arrives, and no bytes whatever do harm."""

from __future__ import annotations

import json
import math
import random
import struct
import sys
import time
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.calls import Returned
from worker.sandbox.hearing import MOST_PIECES, Garbled, Talk
from worker.sandbox.inside import wire
from worker.sandbox.inside.wire import DTYPES, HEADER, FrameError, Laid, Named, lengths, pack, unpack

MUTATIONS = 60_000

arrays = st.sampled_from(sorted(DTYPES)).flatmap(
    lambda kind: hnp.arrays(np.dtype(kind), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(10**400), 10**400)
    | st.floats()
    | st.complex_numbers()
    | st.text(max_size=20)
    | arrays
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=12,
)


def sent(value: object) -> object:
    frame = pack(value)
    tree, buffers = lengths(frame[: HEADER.size])
    assert len(frame) == HEADER.size + tree + buffers
    return unpack(frame[HEADER.size : HEADER.size + tree], frame[HEADER.size + tree :])


def same(one: object, other: object) -> bool:
    """Equal in kind and value, bit for bit; NaN equals NaN, and −0 is not 0."""
    if isinstance(other, Laid):
        other = other.array
    if isinstance(one, np.ndarray):
        return (
            isinstance(other, np.ndarray)
            and one.dtype == other.dtype
            and one.shape == other.shape
            and one.tobytes() == other.tobytes()
        )
    if isinstance(one, list | tuple):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return isinstance(other, dict) and list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    if isinstance(one, float | complex):
        return type(one) is type(other) and repr(one) == repr(other)
    return type(one) is type(other) and one == other


@given(values)
@settings(deadline=None)
def test_what_is_sent_arrives(value):
    """Numbers, text, arrays of every dtype, and lists, tuples and dicts of them come out as they went in."""
    assert same(value, sent(value))


@given(st.floats())
def test_a_float_arrives_to_the_last_bit(number):
    assert struct.pack("<d", sent(number)) == struct.pack("<d", number) or math.isnan(number)


def test_layout_and_write_protection_of_an_array_arrive_too():
    """A Fortran-ordered, a strided and a read-only array are laid out again on the other side."""
    fortran, strided = np.asfortranarray(np.arange(6.0).reshape(2, 3)), np.arange(12.0)[::2]
    locked = np.arange(3.0)
    locked.flags.writeable = False
    for array, layout, writeable in ((fortran, "F", True), (strided, "strided", True), (locked, "C", False)):
        got = sent(array)
        assert (got.layout, got.writeable) == (layout, writeable)
        assert np.array_equal(got.array, array)


def test_big_endian_numbers_arrive_as_numbers():
    assert np.array_equal(sent(np.arange(4, dtype=">f8")), np.arange(4.0))


def test_a_name_arrives_as_a_name():
    assert sent([Named("softmax")]) == [Named("softmax")]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (object(), "object"),
        (np.array([None]), "dtype object"),
        (np.array(["a"]), "dtype <U1"),
        (b"bytes", "bytes"),
        ({1, 2}, "set"),
        (np.zeros((1,) * 9), "9 axes"),
        (np.zeros(3_000_000), "too large"),
        ("x" * 2_000_000, "too large"),
    ],
)
def test_what_has_no_place_in_a_frame_is_refused_by_name(value, kind):
    with pytest.raises(FrameError, match=kind):
        pack(value)


def test_a_list_that_contains_itself_is_refused():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(FrameError, match="nested too deeply"):
        pack(endless)


def test_lengths_are_refused_before_anything_is_read():
    """A header that promises too much, another magic, a cut header."""
    for header in (
        HEADER.pack(b"CRF1", 1 << 30, 0),
        HEADER.pack(b"CRF1", 0, 1 << 60),
        HEADER.pack(b"CRF2", 1, 1),
        b"CRF1",
    ):
        with pytest.raises(FrameError):
            lengths(header)


@pytest.mark.parametrize(
    ("tree", "buffers"),
    [
        (b"[" * 1_000_000, b""),
        (b'{"t":' * 100_000 + b"1" + b"}" * 100_000, b""),
        (b"9" * 1_000_000, b""),
        (b"NaN", b""),
        (b"-Infinity", b""),
        (b"1.5", b""),
        (b'{"f":"nothing"}', b""),
        (b'{"f":1}', b""),
        (b'{"f":"0x1p99999999"}', b""),
        (b'{"a":["|O",[1],"C",true]}', b"12345678"),
        (b'{"a":["<f8",[-1],"C",true]}', b""),
        (b'{"a":["<f8",[true],"C",true]}', b"12345678"),
        (b'{"a":["<f8",[1048576,1048576,1048576],"C",true]}', b""),
        (b'{"a":["<f8",[0,99999999999999999999],"C",true]}', b""),
        (b'{"a":["<f8",[2],"C",true]}', b"12345678"),
        (b'{"a":["<f8",[],"C",true]}', b"123456789"),
        (b'{"a":[["<f8"],[],"C",true]}', b"12345678"),
        (b'{"a":["<f8",[],"C"]}', b"12345678"),
        (b'{"a":["<f8",1,"C",true]}', b"12345678"),
        (b'{"a":["<f8",[],["C"],true]}', b"12345678"),
        (b'{"d":[[[1],2]]}', b""),
        (b'{"d":[[1]]}', b""),
        (b'{"d":1}', b""),
        (b'{"t":"abc"}', b""),
        (b'{"n":[]}', b""),
        (b'{"x":1}', b""),
        (b'{"f":"0x1p0","f":"0x1p0"}', b""),
        (b"{}", b""),
        (b"\xff\xfe", b""),
        (b"", b""),
        (b"1 2", b""),
    ],
)
def test_a_tree_that_nobody_would_write_is_refused(tree, buffers):
    """Depth, digits, constants, unknown dtypes, impossible shapes, missing or left-over bytes, wrong kinds."""
    with pytest.raises(FrameError):
        unpack(tree, buffers)


# The conversation ------------------------------------------------------------------------------------

MENTIONS = {"mentions": [["import", "numpy", "a.py", 1]], "trouble": []}
NOTES = {"notes": [["skipped", "for", "a.py", 3]], "trouble": [], "own": 0.25}
ANSWERS = (
    {"returned": (1.5, np.arange(3.0)), "changed": [0], "own": 0.125},
    {"failed": ["raised", "ValueError: no", "a.py", 7], "own": 0.0},
    {"returned": {"dx": [1, 2.0], "dw": np.asfortranarray(np.ones((2, 2)))}, "changed": [], "own": 0.0},
)
DONE = {"done": True}
TALK = b"".join(map(pack, (MENTIONS, NOTES, *ANSWERS, DONE)))


def test_a_conversation_is_understood_however_it_is_cut():
    """Whole, byte by byte, and in two pieces at every place."""
    pieces = [[TALK], [bytes([b]) for b in TALK], *([TALK[:cut], TALK[cut:]] for cut in range(0, len(TALK), 7))]
    for cut in pieces:
        talk = Talk(3)
        for piece in cut:
            talk.take(piece)
        assert talk.done
        assert [type(outcome).__name__ for outcome in talk.outcomes] == ["Returned", "Failed", "Returned"]
        assert talk.mentions[0].name == "numpy"


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((2, 2)),
        np.zeros(()),
        [],
        "text",
        None,
        7,
        ("done",),
        {},
        {"returned": 1},
        {"returned": 1, "changed": [], "own": -1.0},
        {"returned": 1, "changed": [], "own": float("nan")},
        {"returned": 1, "changed": [], "own": 1},
        {"returned": 1, "changed": [100], "own": 0.0},
        {"returned": 1, "changed": [True], "own": 0.0},
        {"returned": 1, "changed": np.zeros(2), "own": 0.0},
        {"returned": 1, "changed": None, "own": 0.0},
        {"returned": Named("solution"), "changed": [], "own": 0.0},
        {"failed": ["memory", "", "", 0], "own": 0.0},
        {"failed": ["timeout", "", "", 0], "own": 0.0},
        {"failed": ["crashed", "", "", 0], "own": 0.0},
        {"failed": [["raised"], "", "", 0], "own": 0.0},
        {"failed": ["raised", 1, "", 0], "own": 0.0},
        {"failed": ["raised", "", "", -1], "own": 0.0},
        {"failed": np.zeros(4), "own": 0.0},
        {"failed": {"a": 1}, "own": 0.0},
    ],
    ids=repr,
)
def test_an_answer_that_is_none_is_garbled(frame):
    """Above all: no frame makes the worker raise anything else, and none gives a verdict of the supervisor's."""
    talk = Talk(3)
    talk.take(pack(MENTIONS) + pack(NOTES))
    with pytest.raises(Garbled):
        talk.take(pack(frame))


def test_a_box_with_a_device_tells_of_it_before_a_byte_of_the_files_is_read():
    """So that what ends the box from then on is the file's doing, and no lost device."""
    talk = Talk(3, device=None)
    talk.take(pack({"device": ["", "NVIDIA H200"]}))
    assert talk.device == ("", "NVIDIA H200")
    assert talk.mentions is None
    talk.take(TALK)
    assert talk.done
    assert len(talk.outcomes) == 3


def test_a_device_that_does_not_start_ends_the_conversation():
    talk = Talk(3, device=None)
    talk.take(pack({"device": ["RuntimeError: out of order", ""]}) + TALK)
    assert talk.done
    assert talk.mentions is None


@pytest.mark.parametrize("frame", [MENTIONS, {"device": []}, {"device": [1, ""]}, {"device": None}], ids=repr)
def test_a_box_with_a_device_that_tells_of_something_else_first_is_garbled(frame):
    with pytest.raises(Garbled):
        Talk(3, device=None).take(pack(frame))


def test_more_answers_than_questions_are_garbled():
    talk = Talk(1)
    with pytest.raises(Garbled):
        talk.take(pack(MENTIONS) + pack(NOTES) + pack(ANSWERS[0]) + pack(ANSWERS[1]))


def test_what_follows_the_end_is_not_read():
    talk = Talk(3)
    talk.take(pack(MENTIONS) + pack(NOTES) + pack(DONE) + pack(ANSWERS[0]) + b"noise")
    assert talk.done
    assert talk.outcomes == []


def test_long_lists_of_numbers_are_arrays_and_count_once():
    talk = Talk(1)
    losses = [1, *np.linspace(0, 1, 999).tolist()]
    talk.take(
        pack(MENTIONS)
        + pack(NOTES)
        + pack({"returned": [losses, [np.float64(1.5)] * 50, "x"], "changed": [], "own": 0.0})
    )
    value = talk.outcomes[0].value
    assert [type(part).__name__ for part in value] == ["ndarray", "ndarray", "str"]
    assert talk.pieces == 4
    assert np.array_equal(value[0], losses)


def test_too_many_pieces_are_no_answer():
    """The judge looks at each piece by itself: half a million of them would keep it busy for a minute."""
    talk = Talk(3)
    talk.take(pack(MENTIONS) + pack(NOTES) + pack({"returned": [[0, 1]] * MOST_PIECES, "changed": [], "own": 0.0}))
    assert [outcome.reason for outcome in talk.outcomes] == ["unsendable"] * 3
    assert talk.done  # and what else it says is not even read


def test_a_box_may_not_talk_for_ever():
    talk = Talk(100)
    talk.take(pack(MENTIONS) + pack(NOTES))
    frame = pack({"returned": np.zeros(2_000_000), "changed": [], "own": 0.0})
    for _ in range(3):
        talk.take(frame)
    assert len(talk.outcomes) == 3
    talk.take(frame[:-1])
    with pytest.raises(Garbled):
        talk.take(frame)


# Fuzzing ---------------------------------------------------------------------------------------------


def frames(random_: random.Random) -> bytes:
    """A valid conversation, or one valid frame."""
    choice = [TALK, pack(MENTIONS) + pack(NOTES), *(pack(MENTIONS) + pack(NOTES) + pack(a) for a in ANSWERS)]
    return random_.choice(choice)


TOKENS = (
    *(
        b'{"a":["<f8",[',
        b'"|O"',
        b"[",
        b"]",
        b"{",
        b"}",
        b'{"d":[[',
        b'{"t":[',
        b'{"f":"',
        b'"nan"',
        b"null",
        b"true",
        b"-1",
    ),
    *(
        b"1e999",
        b"NaN",
        b"9" * 30,
        b'"returned"',
        b'"failed"',
        b'"changed"',
        b'"done"',
        b'"own"',
        b'"memory"',
        b'{"n":"x"}',
    ),
    *(
        b"\x00",
        b"\xff\xff\xff\xff",
        b"CRF1",
        b"\xed\xa0\x80",
        b"\\ud800",
        b'{"a":["<f8",[],"C",true]}',
        b'{"c":["nan","inf"]}',
    ),
)


def mutated(frame: bytes, random_: random.Random) -> bytes:
    """One to four changes: bits, bytes, tokens, lengths, cuts, repetitions."""
    raw = bytearray(frame)
    for _ in range(random_.randint(1, 4)):
        place = random_.randrange(len(raw) + 1)
        kind = random_.randrange(7)
        if kind == 0 and place < len(raw):
            raw[place] ^= 1 << random_.randrange(8)
        elif kind == 1:
            raw[place : place + random_.randrange(4)] = random_.randbytes(random_.randrange(6))
        elif kind == 2:
            token = random_.choice(TOKENS)
            raw[place : place + len(token) * random_.randrange(2)] = token
        elif kind == 3:
            del raw[place : place + random_.randrange(40)]
        elif kind == 4:
            start = random_.randrange(len(raw) + 1)
            raw[place:place] = raw[start : start + random_.randrange(60)]
        elif kind == 5 and len(raw) >= HEADER.size:
            raw[: HEADER.size] = HEADER.pack(b"CRF1", random_.randrange(300), random_.choice([0, 0, 8, 24, 1 << 62]))
        elif raw:
            raw = bytearray(mended(bytes(raw)))
    return bytes(raw)


def mended(raw: bytes) -> bytes:
    """The first frame with a header that fits what follows, so that the mutation gets past the lengths."""
    body = raw[HEADER.size :]
    buffers = min(len(body), 24 if b'"a"' in body else 0)
    return HEADER.pack(b"CRF1", len(body) - buffers, buffers) + body


def swapped_tree(random_: random.Random) -> bytes:
    """A frame whose tree is well-formed JSON of the right words in the wrong places."""

    def node(depth: int) -> object:
        kind = random_.randrange(9 if depth else 5)
        if kind < 5:
            return random_.choice(
                [
                    None,
                    True,
                    0,
                    -1,
                    99,
                    1 << 70,
                    "",
                    "raised",
                    "memory",
                    "returned",
                    {"f": "0x1p0"},
                    {"f": "nan"},
                    {"n": "x"},
                ]
            )
        if kind == 5:
            return [node(depth - 1) for _ in range(random_.randrange(5))]
        if kind == 6:
            return {"t": [node(depth - 1) for _ in range(random_.randrange(4))]}
        if kind == 7:
            return {
                "a": [
                    random_.choice(["<f8", "|b1", "|O"]),
                    [random_.choice([0, 1, 2, -1]) for _ in range(random_.randrange(3))],
                    "C",
                    True,
                ]
            }
        keys = ["mentions", "notes", "trouble", "own", "returned", "failed", "changed", "done", "closed"]
        return {"d": [[random_.choice(keys), node(depth - 1)] for _ in range(random_.randrange(5))]}

    tree = json.dumps(
        node(4)
        if random_.random() < 0.3
        else {
            "d": [
                [k, node(3)]
                for k in random_.choice(
                    [
                        ("mentions", "trouble"),
                        ("notes", "trouble", "own"),
                        ("returned", "changed", "own"),
                        ("failed", "own"),
                    ]
                )
            ]
        }
    ).encode()
    buffers = random_.randbytes(random_.choice([0, 0, 1, 8, 16]))
    return HEADER.pack(b"CRF1", len(tree), len(buffers)) + tree + buffers


def hostile_bytes(random_: random.Random) -> bytes:
    kind = random_.random()
    if kind < 0.65:
        return mutated(frames(random_), random_)
    if kind < 0.95:
        before = random_.choice([b"", pack(MENTIONS), pack(MENTIONS) + pack(NOTES)])
        return before + swapped_tree(random_)
    return random_.randbytes(random_.randrange(200))


@pytest.mark.slow
def test_no_bytes_whatever_do_more_than_be_refused(capsys):
    """Nothing but FrameError and Garbled comes of 220 000 hostile messages, in bounded time and memory."""
    random_ = random.Random(20260828)
    ends = {"refused frame": 0, "read frame": 0, "garbled talk": 0, "talk": 0}
    slowest, started = 0.0, time.perf_counter()
    for _ in range(MUTATIONS):
        raw = hostile_bytes(random_)
        before = time.perf_counter()
        ends[read_as_frame(raw)] += 1
        ends[heard_as_talk(raw)] += 1
        slowest = max(slowest, time.perf_counter() - before)
    with capsys.disabled():
        took = time.perf_counter() - started
        sys.stdout.write(f"\n{MUTATIONS} hostile messages in {took:.1f} s, slowest {slowest * 1e3:.1f} ms: {ends}\n")
    assert min(ends.values()) > MUTATIONS // 200, "the fuzzer should reach every ending"
    assert slowest < 1.0


def read_as_frame(raw: bytes) -> str:
    try:
        tree, _ = lengths(raw[: HEADER.size])
        unpack(raw[HEADER.size : HEADER.size + tree], raw[HEADER.size + tree :])
    except FrameError:
        return "refused frame"
    return "read frame"


def heard_as_talk(raw: bytes) -> str:
    talk = Talk(3)
    try:
        talk.take(raw)
    except Garbled:
        return "garbled talk"
    for outcome in talk.outcomes:
        assert isinstance(outcome, Returned) or outcome.reason in {
            "raised",
            "missing",
            "unsendable",
            "forbidden",
            "garbled",
        }
    return "talk"


@pytest.mark.slow
@pytest.mark.parametrize(
    "node", [b"[],", b"0,", b'{"t":[]},', b'{"a":["|b1",[],"C",true]},', b'{"f":"0x1p0"},', b'"a",', b"[[[[[[[]]]]]]],"]
)
def test_the_largest_frame_is_read_in_bounded_time_and_memory(node):
    """A full tree of the smallest nodes: at most seconds and a few hundred bytes for each byte sent."""
    count = wire.LARGEST_TREE // len(node) - 2
    tree = b"[" + (node * count)[:-1] + b"]"
    buffers = bytes(count if b'{"a"' in node else 0)
    tracemalloc.start()
    started = time.perf_counter()
    unpack(tree, buffers)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 10
    assert peak < 300 << 20
