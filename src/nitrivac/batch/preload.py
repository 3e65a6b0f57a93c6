"""Imported once by the fork server that makes the workers: all libraries, the catalogue, and every compiled part ready."""

from nitrivac.batch.columns import PARTS
from nitrivac.batch.row import ScreenOptions, structure_row
from nitrivac.crystal.sources import load

structure_row(load("alpha-Li3N"), ScreenOptions(parts=PARTS))
