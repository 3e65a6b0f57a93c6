"""Barriers of hops: ends at rest, bands between them, and what runs over many crystals."""
