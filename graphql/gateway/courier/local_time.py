"""Instants on the clock of the store that they belong to."""

from gateway.catalogue import scalars


class DateTime(scalars.DateTime):
    """An instant as RFC 3339 text with the offset of its store: 2026-11-21T13:00:00+01:00."""
