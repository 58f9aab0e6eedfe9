"""Passwords, stored so that a stolen database tells none of them, and compared outside of writes.

Argon2id takes as long as it should: what is worked out here keeps no other writer waiting, for it
is done before a write begins.
"""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from connector.model.errors import InvalidInput

_SHORTEST, _LONGEST = 10, 200


class WeakPassword(InvalidInput):
    """A password that is too easily guessed, or too long to be one."""

    code = "weak_password"
    remedy = "Choose 10 to 200 characters."


def hashed(password: str) -> str:
    """Return what is stored of a password (Argon2id), or raise WeakPassword."""
    if not _SHORTEST <= len(password) <= _LONGEST:
        raise WeakPassword("The password is too short or too long.", field="password")
    return _hasher().hash(password)


def fits(stored: str | None, password: str) -> bool:
    """Tell whether it is the password; where there is none it takes as long to say no."""
    try:
        matches = _hasher().verify(stored or _nobodys(), password[:_LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobodys() -> str:
    """Return a hash that takes as long to compare as anybody's, and is nobody's."""
    return _hasher().hash("nobody signs in with this")
