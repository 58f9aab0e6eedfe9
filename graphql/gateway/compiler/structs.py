"""Layer 2: only what is selected is decoded, checked and encoded, in C."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from gateway.compiler.adjust import Adjustment
from gateway.compiler.collect import Selection
from gateway.compiler.objects import EntityPlans
from gateway.compiler.settings import Settings
from gateway.compiler.shapes import StructShapes
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
    decode: Callable[[bytes], Any] = msgspec.json.Decoder(shape.struct).decode
    encode = msgspec.json.Encoder().encode
    adjust = Adjustment(settings, entities, veil).compiled(shape)
    if adjust is None:
        return (
            lambda data, _run: encode(decode(data)),
            lambda data, _run: encode([decode(it) for it in data]),
        )
    return (
        lambda data, run: encode(adjust(decode(data), run)),
        lambda data, run: encode([adjust(decode(it), run) for it in data]),
    )
