"""Pull, decode, diff, store: how a shop's products become the canonical catalogue."""

from connector.sync.engine import Mode, Syncer
from connector.sync.report import Reporter, Silent, Summary

__all__ = ["Mode", "Reporter", "Silent", "Summary", "Syncer"]
