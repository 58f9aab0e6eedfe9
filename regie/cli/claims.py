"""By which piece of a user agent somebody can be known at all: not by what every browser says."""

import re

LEAST = 4
_WORD = re.compile("[A-Za-z]+")
_EVERYBODYS = frozenset(
    _WORD.findall(
        "mozilla applewebkit khtml like gecko chrome chromium crios safari version mobile firefox "
        "fxios edg edge edga edgios opr opera vivaldi yabrowser samsungbrowser msie trident rv "
        "compatible windows nt win wow x macintosh intel mac os ppc cpu iphone ipad linux android "
        "ubuntu cros k u wv build"
    )
)


def names_somebody(claim: str) -> bool:
    """Tell whether a piece of a user agent is long enough, and says more than a browser does."""
    words = [word.lower() for word in _WORD.findall(claim)]
    return len(claim.strip()) >= LEAST and not _EVERYBODYS.issuperset(words)
