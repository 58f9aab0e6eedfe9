"""What a mutation of the merchant's surface is made of: its words, its arguments, its deed."""

from collections.abc import Callable, Mapping
from typing import Any

import graphene
from msgspec import Struct

from gateway.merchant.deed import Act


class Deed(Struct, frozen=True):
    """One mutation."""

    description: str
    payload: type[Any]
    act: Act
    arguments: Mapping[str, Callable[[], Any]] = {}


def an_id(text: str) -> Callable[[], Any]:
    """Return what makes an argument that names something."""
    return lambda: graphene.ID(required=True, description=text)


def a_text(text: str) -> Callable[[], Any]:
    """Return what makes an argument of words."""
    return lambda: graphene.String(required=True, description=text)
