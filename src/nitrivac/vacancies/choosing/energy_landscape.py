"""How the energies of a configuration space are spread: of all of it where that is affordable, else of a fair sample."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nitrivac.vacancies.exclusion.any_filling import require_any

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
        sets: of whole numbers, equally near to what was asked for, whose configurations they are.
    """

    source: str
    energies: NDArray[np.float64] = field(repr=False)
    degeneracies: NDArray[np.int64] = field(repr=False)
    whole: bool
    total: int
    count: int
    atoms: int
    seed: int | None
    sets: int = 1


def energy_landscape(
    *spaces: ConfigurationSpace, listed: int = LISTED, sampled: int = SAMPLED, seed: int = 0
) -> EnergyLandscape:
    """The electrostatic energies of a configuration space, or of several of one supercell together.

    Args:
        spaces: at least one; no configuration is in two of them.
        listed: distinct configurations up to which all are listed with their degeneracies.
        sampled: labelled configurations drawn uniformly where there are more.
        seed: of the sample.

    Raises:
        UnsupportedError: an oxidation state is unknown, or nothing fits.
    """
    for space in spaces:
        require_any(space)
    sizes = [space.size for space in spaces]
    total, count = sum(size.total for size in sizes), sum(size.distinct for size in sizes)
    whole = all(size.error is None for size in sizes) and count <= listed
    drawn = np.random.default_rng(seed).multinomial(sampled, [size.total / total for size in sizes])
    found, degeneracies = [], []
    for space, number in zip(spaces, drawn.tolist(), strict=True):
        configurations = list(space.enumerate()) if whole else space.sample(number, seed=seed) if number else []
        if configurations:
            found.append(space.ewald.energies(space.charges(np.array([one.codes for one in configurations]))))
            degeneracies += [one.degeneracy if whole else 1 for one in configurations]
    values = np.concatenate(found)
    order = np.argsort(np.round(values, 6), kind="stable")
    return EnergyLandscape(
        source=spaces[0].crystal.provenance.source,
        energies=values[order],
        degeneracies=np.array(degeneracies, dtype=np.int64)[order],
        whole=whole,
        total=total,
        count=count,
        atoms=spaces[0].plan.atoms,
        seed=None if whole else seed,
        sets=len(spaces),
    )
