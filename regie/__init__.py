"""Regie: the retailer in charge of what AI shopping shows and sells of his shop."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """Return the WSGI application, built from the environment."""
    from regie.app import create_app as build  # noqa: PLC0415 - commands need no web server

    return build()
