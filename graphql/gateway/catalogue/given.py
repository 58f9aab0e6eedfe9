"""A text that a caller gave, checked before any database is asked for it."""

from connector.model.errors import InvalidInput

LONGEST = 200


def searchable(text: str, error: type[InvalidInput], field: str, longest: int = LONGEST) -> str:
    """Return a text that every database can compare, or raise `error` that names the field."""
    if not 1 <= len(text) <= longest:
        raise error(f"`{field}` has {len(text)} characters, 1 to {longest} will do.", field=field)
    if "\0" in text or not _is_unicode(text):
        raise error(f"`{field}` holds a character that no text can hold.", field=field)
    return text


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
