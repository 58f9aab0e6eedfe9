"""The two ways in which a compiled plan hands an operation back to graphql-core."""


class NotCovered(Exception):
    """An operation that is left to graphql-core; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Deoptimise(Exception):
    """A value that the plan does not answer for: execute again with graphql-core, which judges."""
