"""Layer 2: only what is selected is decoded, checked and encoded, in C."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from gateway.compiler.adjust import Adjustment
from gateway.compiler.collect import Selection
from gateway.compiler.objects import EntityPlans
from gateway.compiler.settings import Settings
from gateway.compiler.shapes import StructShapes
from gateway.compiler.stored import PACKED, decoder, decoders
from gateway.compiler.veil import Veil

Render = Callable[[bytes, Any], bytes]
RenderAll = Callable[[Iterable[bytes], Any], bytes]


def structs_of(
    selection: Selection, settings: Settings, entities: EntityPlans, veil: Veil
) -> tuple[Render, RenderAll]:
    """Return the functions from stored bytes to answered bytes, or raise CannotStruct.

    The second takes several and answers with a list.
    """
    shape = StructShapes(settings, veil).shape(selection)
    settings.pause()
    decode, decode_all = decoder(shape.struct), _decoder_of_all(shape.struct)
    settings.pause()
    encode = msgspec.json.Encoder().encode
    adjust = Adjustment(settings, entities, veil).compiled(shape)
    settings.pause()
    if adjust is None:
        return (
            lambda data, _run: encode(decode(data)),
            lambda data, _run: encode(decode_all(data)),
        )
    return (
        lambda data, run: encode(adjust(decode(data), run)),
        lambda data, run: encode([adjust(it, run) for it in decode_all(data)]),
    )


def _decoder_of_all(kind: type) -> Callable[[Iterable[bytes]], list[Any]]:
    """Return the same for a list, without a call of Python for each document."""
    from_text, from_packed = decoders(kind)
    return lambda data: [from_packed(it) if it[0] >= PACKED else from_text(it) for it in data]
