"""Language tags as they are written on the wire: short, lower-case first, region after a dash."""

import re

from connector.model.errors import InvalidInput

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class BadLanguage(InvalidInput):
    """A text that is no language tag."""

    code = "bad_language"
    remedy = "Give a BCP 47 tag such as nl or pt-BR."


def language_tag(text: str) -> str:
    """Read `nl_NL`, `nl-NL` or `NL` as a BCP 47 tag (RFC 5646 section 2.1.1 casing)."""
    if not _TAG.fullmatch(text):
        raise BadLanguage(f"{text!r} is not a language tag.", language=text)
    first, *rest = text.replace("_", "-").split("-")
    return "-".join([first.lower(), *(part.upper() if len(part) == 2 else part for part in rest)])
