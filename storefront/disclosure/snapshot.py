"""One consistent picture of the catalogue, for as long as it is entered."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Snapshot:
    """Tells a view what to look at when it is entered, and to look away when it is left."""

    __slots__ = ("_look_at", "_picture")

    def __init__(
        self,
        look_at: "Callable[[Connection | None], None]",
        picture: "AbstractContextManager[Connection]",
    ) -> None:
        self._look_at = look_at
        self._picture = picture

    def __enter__(self) -> None:
        self._look_at(self._picture.__enter__())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> bool | None:
        self._look_at(None)
        return self._picture.__exit__(kind, error, at)
