"""One call to the shop, and the answer it gets."""

from dataclasses import dataclass, field
from typing import Any

from regie.demo.woocommerce.text import Json, Pairs


@dataclass(frozen=True)
class Key:
    """A consumer key of the shop and what it may do."""

    key_id: int
    consumer_key: str
    consumer_secret: str
    permissions: str = "read_write"

    def may(self, method: str) -> bool:
        """Tell whether the key covers this method."""
        if method in {"GET", "HEAD"}:
            return self.permissions in {"read", "read_write"}
        return method == "OPTIONS" or self.permissions in {"write", "read_write"}


@dataclass
class Call:
    """What a caller sent, with the query as PHP reads it."""

    method: str
    path: str
    pairs: Pairs = field(default_factory=list)
    params: Json = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    secure: bool = False
    number: int = 0
    key: Key | None = None

    def body_object(self) -> Json:
        """Return the JSON body; anything but an object counts as empty."""
        return self.body if isinstance(self.body, dict) else {}


@dataclass(frozen=True)
class Answer:
    """What the shop answers."""

    body: Any
    status: int = 200
    headers: Pairs = field(default_factory=list)
    allow: str = "GET"
