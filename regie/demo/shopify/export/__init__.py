"""Exports of everything, as lines."""
