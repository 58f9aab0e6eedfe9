"""What a piece of a query weighs."""

from msgspec import Struct


class Weight(Struct, frozen=True):
    """What a piece of a query weighs, fragments expanded.

    `cost` counts objects that may be read: 1 per object field, times the page size or the assumed
    length of a list around it. Leaves are free, for they lie in the same document. What is asked
    of the schema itself counts likewise, as `introspection`, and has no depth. `once` is cost that
    does not grow with the length of the list around it.
    """

    cost: int = 0
    introspection: int = 0
    depth: int = 0
    aliases: int = 0
    directives: int = 0
    once: int = 0

    def __add__(self, other: "Weight") -> "Weight":
        return Weight(
            self.cost + other.cost,
            self.introspection + other.introspection,
            max(self.depth, other.depth),
            self.aliases + other.aliases,
            self.directives + other.directives,
            self.once + other.once,
        )

    def inside(self, times: int) -> "Weight":
        """Return what it weighs as the content of an object that is there so many times."""
        return Weight(
            times * (1 + self.cost),
            times * self.introspection,
            1 + self.depth,
            self.aliases,
            self.directives,
            self.once,
        )

    def inside_the_schema(self, times: int) -> "Weight":
        """Return the same for an object that describes the schema."""
        return Weight(0, times * (1 + self.introspection), 0, self.aliases, self.directives)
