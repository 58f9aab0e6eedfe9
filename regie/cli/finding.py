"""What `regie check` found out about one thing."""

from msgspec import Struct


class Finding(Struct, frozen=True):
    """One looked-at thing; `ok` False is to be mended as `text` says."""

    name: str
    ok: bool
    text: str
