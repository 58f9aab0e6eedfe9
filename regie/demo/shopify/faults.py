"""The bad days of a shop and of the network before it, thrown by seeded dice."""

from random import Random

from msgspec import Struct, structs


class Faults(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often each thing goes wrong, from 0 (never) to 1 (always)."""

    too_many: float = 0.0  # HTTP 429 with Retry-After
    server_error: float = 0.0  # HTTP 502 or 503; nothing was done
    lost_answer: float = 0.0  # HTTP 502; everything was done
    internal_error: float = 0.0  # HTTP 200 with INTERNAL_SERVER_ERROR
    throttled: float = 0.0  # another worker emptied the bucket
    slow: float = 0.0  # the answer takes `slow_seconds`
    slow_seconds: float = 2.0
    firewall: float = 0.0  # HTTP 200 with a page of HTML
    concurrent_key: float = 0.0  # IDEMPOTENCY_CONCURRENT_REQUEST
    bulk_truncated: float = 0.0  # the file ends in the middle of a line
    bulk_failed: float = 0.0  # FAILED, INTERNAL_SERVER_ERROR, no file
    bulk_partial: float = 0.0  # FAILED, TIMEOUT, half a file
    webhook_duplicate: float = 0.0  # the same delivery twice
    webhook_reordered: float = 0.0  # comes after those triggered later
    webhook_dropped: float = 0.0  # never sent
    webhook_bad_hmac: float = 0.0  # signed with the wrong secret
    at_most: int | None = None  # how often each kind may strike at all


class Dice:
    """Says whether a fault strikes now: same seed, same course of events."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self._seed = seed
        self._throws: dict[str, Random] = {}
        self.struck: dict[str, int] = {}

    def load(self, faults: Faults) -> None:
        """Use other faults from now on; counting starts anew."""
        self.faults = faults
        self._throws.clear()
        self.struck.clear()

    def strikes(self, kind: str) -> bool:
        """Throw the dice of one kind of fault."""
        rate: float = structs.asdict(self.faults)[kind]
        often = self.struck.get(kind, 0)
        if not rate or (self.faults.at_most is not None and often >= self.faults.at_most):
            return False
        throw = self._throws.setdefault(kind, Random(f"{self._seed}:{kind}"))  # noqa: S311  # dice
        if throw.random() >= rate:
            return False
        self.struck[kind] = often + 1
        return True
