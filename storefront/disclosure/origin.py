"""Where an address leads: scheme, host and port, in the one way in which they are compared."""

from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address, as origins are compared; "" if it has none."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if parts.scheme not in _PORTS or not host or "@" in parts.netloc:
        return ""
    named = f"[{host}]" if ":" in host else host
    shown = "" if port in {None, _PORTS[parts.scheme]} else f":{port}"
    return f"{parts.scheme}://{named}{shown}"
