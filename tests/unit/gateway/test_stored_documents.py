"""A stored document may be JSON or MessagePack: both mean the same, broken ones are errors."""

from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.compiler.stored import decoder, loaded

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=20),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(st.text(), _VALUES, max_size=20)


class Thing(msgspec.Struct):
    """A typed document."""

    name: str
    number: int | None = None


@given(document=_DOCUMENTS)
def test_both_forms_of_a_document_mean_the_same(document: dict[str, Any]) -> None:
    text, packed = orjson.dumps(document), msgspec.msgpack.encode(document)

    assert loaded(text) == loaded(packed) == document


@pytest.mark.parametrize("size", [1, 15, 16, 70_000])
def test_a_map_of_any_size_is_known(size: int) -> None:
    document = {f"k{it}": it for it in range(size)}

    assert loaded(msgspec.msgpack.encode(document)) == document


@given(document=_DOCUMENTS, cut=st.floats(0, 0.999))
def test_part_of_a_document_is_an_error(document: dict[str, Any], cut: float) -> None:
    for whole in (orjson.dumps(document), msgspec.msgpack.encode(document)):
        with pytest.raises((ValueError, msgspec.MsgspecError, IndexError)):
            loaded(whole[: int(len(whole) * cut)])


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"null",
        b"[]",
        b'{"name": 1}',
        b'{"name": "a"} x',
        msgspec.msgpack.encode({"name": 1}),
        msgspec.msgpack.encode({"name": "a"}) + b"x",
        msgspec.msgpack.encode({"name": "a", "number": 1.5}),
        msgspec.msgpack.encode({"name": msgspec.msgpack.Ext(1, b"a")}),
        msgspec.msgpack.encode({b"name": "a"}),
        b"\x81\xa4name\xa2\xff\xfe",
        msgspec.msgpack.encode([]),
        b"\xc1",
    ],
)
def test_what_is_no_such_document_is_refused_in_either_form(broken: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError, IndexError)):
        decoder(Thing)(broken)
