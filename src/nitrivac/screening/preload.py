"""Imported once by the fork server that makes the workers: all libraries, the catalogue, and every compiled part ready."""

from nitrivac.io.sources import load
from nitrivac.screening.columns import PARTS
from nitrivac.screening.row import ScreenOptions, structure_row

structure_row(load("alpha-Li3N"), ScreenOptions(parts=PARTS))
