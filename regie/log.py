"""Log events: readable on a terminal, JSON lines elsewhere, secrets in neither."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import stamina
import structlog

from connector.platforms.redact import redact_text


def configure_logging(form: str = "auto", *, quiet: bool = False) -> None:
    """Set up logs on standard error; `form` is auto, console, json or off; `quiet`: warnings only.

    off: errors only.
    """
    level = logging.WARNING if quiet else logging.INFO
    level = logging.ERROR if form == "off" else level
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    renderer: Any = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    if quiet:  # a person waits for the result; the result tells of the retries
        stamina.instrumentation.set_on_retry_hooks(())
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def _without_secrets(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {
        key: redact_text(value) if isinstance(value, str) else value for key, value in event.items()
    }
