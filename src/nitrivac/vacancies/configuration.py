"""One placing of the occupants of a supercell, as a record."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nitrivac.documents.document import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Configuration"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Configuration(Document):
    """One placing of the occupants.

    Attributes:
        codes: index of the occupant of each active site in its sublattice's list, shape (a,).
        degeneracy: how many labelled configurations it stands for.
        stabiliser: the operations of the supercell's group that leave it unchanged, shape (s,).
        energy: electrostatic energy in eV, None where it was not asked for.
        certificate: how it was chosen: `exact`, `annealed`, `sampled`, or `sampled by Markov chain`.
        seed: seed of the random generator, None where none was used.
        mismatch: distance from the random alloy's pair correlations, None where it was not asked for; see
            `nitrivac.vacancies.choosing.short_range_order`.

    >>> from nitrivac import ConfigurationSpace, load, parse_specification, plan_supercells
    >>> crystal = load("alpha-Li3N")
    >>> specification = parse_specification(crystal, ["Li@2c=2/8"])
    >>> plan = plan_supercells(crystal, specification, supercell=(2, 2, 1), allow_charge=True)[0]
    >>> sorted(one.degeneracy for one in ConfigurationSpace(crystal=crystal, plan=plan).enumerate())
    [4, 12, 12]
    """

    codes: NDArray[np.uint8] = field(repr=False)
    degeneracy: int
    stabiliser: NDArray[np.int64] = field(repr=False)
    energy: float | None = None
    certificate: str = "exact"
    seed: int | None = None
    mismatch: float | None = None
