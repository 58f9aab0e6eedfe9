"""Python source being written; values enter it only by generated names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from gateway.compiler.errors import Deoptimise, NotCovered


class Source:
    """One function `select(o, run)` being written, with the values that it uses."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._numbers = count()
        self._depth = 1
        self._prologue: dict[str, str] = {}
        self.environment: dict[str, Any] = {"Bad": Deoptimise}

    def fresh(self, prefix: str = "v") -> str:
        """Return a new local name."""
        return f"{prefix}{next(self._numbers)}"

    def bind(self, value: object) -> str:
        """Return a new global name of a value."""
        name = f"G{next(self._numbers)}"
        self.environment[name] = value
        return name

    def line(self, text: str) -> None:
        """Write a line."""
        self._lines.append("    " * self._depth + text)

    def assign(self, expression: str) -> str:
        """Write an assignment to a new local name and return the name."""
        name = self.fresh()
        self.line(f"{name} = {expression}")
        return name

    def once(self, prefix: str, number: int, expression: str) -> str:
        """Return a local name that is assigned at the function's beginning."""
        name = f"{prefix}{number}"
        self._prologue[name] = expression
        return name

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a line and indent what is written inside."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def function(self) -> Callable[[Any, Any], Any]:
        """Compile what was written, or raise NotCovered where Python's own limits forbid it."""
        try:
            exec(compile(self.text(), "<plan>", "exec"), self.environment)  # noqa: S102 - see above
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise NotCovered("nested too deeply") from error
        found: Callable[[Any, Any], Any] = self.environment["select"]
        return found

    def text(self) -> str:
        """Return the source."""
        first = [f"    {name} = {expression}" for name, expression in self._prologue.items()]
        return "\n".join(["def select(o, run):", "    A = run.arguments", *first, *self._lines])
