"""Ions followed from site to site, and what is counted on the way."""
