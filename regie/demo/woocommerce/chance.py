"""Chance that repeats: the same seed always rolls the same dice."""

import hashlib


def roll(*parts: object) -> float:
    """Return a number from 0 up to 1 that depends on nothing but `parts`."""
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


def token(length: int, *parts: object) -> str:
    """Return hexadecimal text that depends on nothing but `parts`."""
    return hashlib.sha512("|".join(map(str, parts)).encode()).hexdigest()[:length]
