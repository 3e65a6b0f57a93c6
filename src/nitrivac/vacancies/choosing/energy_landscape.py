"""How the energies of a configuration space are spread: of all of it where that is affordable, else of a fair sample."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["EnergyLandscape", "energy_landscape"]

LISTED = 5_000  # distinct configurations up to which all are listed
SAMPLED = 2_000  # labelled ones that are drawn otherwise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EnergyLandscape:
    """Electrostatic energies of configurations.

    Attributes:
        source: what the parent is.
        energies: eV per supercell, ascending, shape (k,).
        degeneracies: labelled configurations that each stands for, shape (k,); all 1 in a sample of labelled ones.
        whole: whether every distinct configuration is there, each once.
        total: labelled configurations of the space.
        count: distinct ones.
        atoms: atoms in the supercell.
        seed: of the sample, None where there is none.
    """

    source: str
    energies: NDArray[np.float64] = field(repr=False)
    degeneracies: NDArray[np.int64] = field(repr=False)
    whole: bool
    total: int
    count: int
    atoms: int
    seed: int | None


def energy_landscape(
    space: ConfigurationSpace, *, listed: int = LISTED, sampled: int = SAMPLED, seed: int = 0
) -> EnergyLandscape:
    """The electrostatic energies of a configuration space.

    Args:
        space: the space.
        listed: distinct configurations up to which all are listed with their degeneracies.
        sampled: labelled configurations drawn uniformly where there are more.
        seed: of the sample.

    Raises:
        UnsupportedError: an oxidation state is unknown, or nothing fits.
    """
    space.require_any()
    whole = space.size.error is None and space.size.distinct <= listed
    configurations = list(space.enumerate()) if whole else space.sample(sampled, seed=seed)
    codes = np.array([one.codes for one in configurations])
    found = space.ewald.energies(space.charges(codes))
    order = np.argsort(np.round(found, 6), kind="stable")
    degeneracies = np.array([one.degeneracy for one in configurations]) if whole else np.ones(len(codes), dtype=np.int64)
    return EnergyLandscape(
        source=space.crystal.provenance.source,
        energies=found[order],
        degeneracies=degeneracies[order],
        whole=whole,
        total=space.size.total,
        count=space.size.distinct,
        atoms=space.plan.atoms,
        seed=None if whole else seed,
    )
