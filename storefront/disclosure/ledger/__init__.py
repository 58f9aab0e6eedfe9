"""Every answer on record: a chain that shows what was changed in it, and receipts for askers."""
