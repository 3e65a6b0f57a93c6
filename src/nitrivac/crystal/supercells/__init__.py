"""Supercells with their groups, and how operations move their sites."""
