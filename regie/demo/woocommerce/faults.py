"""Bad days of a shop: crashes, firewalls, half answers, lost and doubled messages."""

from dataclasses import dataclass, field, fields
from typing import Any

from regie.demo.woocommerce.chance import roll

REQUEST_FAULTS = (
    "too_many",
    "server_error",
    "unavailable",
    "firewall",
    "slow",
    "truncated",
    "lost_answer",
)

FIREWALL_PAGE = (
    "<!DOCTYPE html><html><head><title>403 Forbidden</title></head>"
    "<body><h1>Forbidden</h1><p>Your request was blocked.</p></body></html>"
)
OVERLOAD_PAGE = "<html><body><h1>{status}</h1><p>Try again later.</p></body></html>"


@dataclass
class Faults:
    """How often what goes wrong; every rate is a share from 0 to 1, the seed fixes the dice."""

    seed: int = 0
    too_many: float = 0.0
    """429 in HTML from the host."""
    server_error: float = 0.0
    """500 in HTML; nothing was done."""
    unavailable: float = 0.0
    """503 in HTML; nothing was done."""
    firewall: float = 0.0
    """403 in HTML; nothing was done."""
    slow: float = 0.0
    """The answer comes `slow_seconds` late."""
    truncated: float = 0.0
    """Half of the body, then the line is cut."""
    lost_answer: float = 0.0
    """The call is carried out, then the answer is lost: 504."""
    hook_dropped: float = 0.0
    """A webhook is never sent."""
    hook_doubled: float = 0.0
    """A webhook is sent twice."""
    hook_swapped: float = 0.0
    """A webhook is sent after the next one."""
    slow_seconds: float = 1.0
    retry_after: int | None = None
    next_requests: list[str] = field(default_factory=list)
    """Faults for the very next calls, by name, before any dice are rolled."""

    def for_request(self, number: int) -> str | None:
        """Return what goes wrong with this call, if anything."""
        if self.next_requests:
            return self.next_requests.pop(0) or None
        for name in REQUEST_FAULTS:
            if roll(self.seed, name, number) < getattr(self, name):
                return name
        return None

    def hits_hook(self, name: str, number: int) -> bool:
        """Tell whether this misfortune hits this webhook."""
        return roll(self.seed, name, number) < float(getattr(self, name))

    def update(self, **changed: Any) -> None:
        """Change some of the rates."""
        known = {entry.name for entry in fields(self)}
        for name, value in changed.items():
            if name not in known:
                raise ValueError(f"no such fault: {name}")
            setattr(self, name, value)
