"""Marks that only the holder of the secret key can make: on ends of chains, and on heads."""

from collections.abc import Sequence
from hashlib import blake2b
from hmac import compare_digest

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SECOND = b"head-2"


class Seal:
    """Marks and signs with the first secret, recognises marks of all of them.

    The mark at the end of a chain is a keyed hash, so that nobody shortens a chain unseen. A head
    is signed with Ed25519 and published, so that we ourselves cannot rewrite what stood before.
    """

    def __init__(self, secrets: Sequence[str]) -> None:
        self._marks = [_derived(secret, b"ledger-mark") for secret in secrets]
        keys = [_derived(secret, b"ledger-head") for secret in secrets]
        self._keys = [Ed25519PrivateKey.from_private_bytes(key) for key in keys]

    @property
    def public_key(self) -> bytes:
        """Thirty-two bytes: publish them, so that others can check heads."""
        return _raw(self._keys[0].public_key())

    def mark(self, merchant_id: str, writer: str, seq: int, digest: bytes) -> bytes:
        """Return the keyed hash of a chain's end."""
        return _mark(self._marks[0], _place(merchant_id, writer, seq, digest))

    def is_mark(self, mark: bytes, merchant_id: str, writer: str, seq: int, digest: bytes) -> bool:
        """Tell whether one of our secrets made the mark."""
        place = _place(merchant_id, writer, seq, digest)
        return any(compare_digest(_mark(key, place), mark) for key in self._marks)

    def sign(self, merchant_id: str, writer: str, seq: int, digest: bytes, at: int) -> bytes:
        """Return the signature of a head; `at` is when it was signed."""
        return self._keys[0].sign(_dated(merchant_id, writer, seq, digest, at))

    def is_own(self, public_key: bytes) -> bool:
        """Tell whether a public key belongs to one of our secrets."""
        return any(_raw(key.public_key()) == public_key for key in self._keys)


def is_signed(
    public_key: bytes,
    signature: bytes,
    merchant_id: str,
    writer: str,
    seq: int,
    digest: bytes,
    at: int,
) -> bool:
    """Tell whether a head carries the signature of this key; needs no secret.

    Heads of the first version are signed without the moment.
    """
    place = (merchant_id, writer, seq, digest)
    said = (_dated(*place, at), _place(*place))
    return any(_is_signed(public_key, signature, it) for it in said)


def _is_signed(public_key: bytes, signature: bytes, said: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _dated(merchant_id: str, writer: str, seq: int, digest: bytes, at: int) -> bytes:
    """Return what a head says, in the second version of the form."""
    return b"\0".join((_SECOND, str(at).encode(), _place(merchant_id, writer, seq, digest)))


def _place(merchant_id: str, writer: str, seq: int, digest: bytes) -> bytes:
    return b"\0".join((merchant_id.encode(), writer.encode(), str(seq).encode(), digest))


def _mark(key: bytes, place: bytes) -> bytes:
    return blake2b(place, key=key, digest_size=16).digest()


def _derived(secret: str, use: bytes) -> bytes:
    """Make a key for one use of a secret that is already random."""
    return blake2b(secret.encode(), digest_size=32, person=use).digest()


def _raw(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
