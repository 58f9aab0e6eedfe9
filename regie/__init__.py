"""Regie: the retailer in charge of what AI shopping shows and sells of his shop."""

from regie.app import create_app

__all__ = ["create_app"]
