"""A delivery: who carries which parcels from a store to a door."""
