"""What tests share that kill a process again and again until its work is done all the same."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from random import Random

Lives = Callable[[int], float]
NewUrl = Callable[[], AbstractContextManager[str]]


def patience(dice: Random, longest: float) -> Lives:
    """Let workers live longer the more of them were killed, so that each sync ends some day."""
    return lambda kills: dice.uniform(0, longest) * 0.15 * (kills + 2)
