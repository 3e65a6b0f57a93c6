"""The analyses of a crystal, one a file, in the order in which they are asked for and shown.

`analyze`, what it prints and its page, and `screen` walk this one list.
"""

from __future__ import annotations

from typing import Any

from nitrivac.analyses.bonds import BONDS
from nitrivac.analyses.hops import HOPS
from nitrivac.analyses.identity import IDENTITY
from nitrivac.analyses.part import Found, Options, Part
from nitrivac.analyses.polyhedra import POLYHEDRA
from nitrivac.analyses.symmetry import SYMMETRY
from nitrivac.analyses.vacancies import VACANCIES

__all__ = ["ANALYSES", "Found", "Options", "Part"]

ANALYSES: tuple[Part[Any], ...] = (IDENTITY, SYMMETRY, HOPS, POLYHEDRA, BONDS, VACANCIES)
