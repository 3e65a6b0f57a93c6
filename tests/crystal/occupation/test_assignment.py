"""The assignment is the one of least squares: beside brute force over dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from nitrivac import load
from nitrivac.crystal.occupation.assignment import Reach, assign
from nitrivac.crystal.supercells.supercell import make_supercell


@pytest.mark.parametrize("seed", range(6))
def test_least_squares_beside_a_dense_matrix(seed):
    """Gaussian displacements so wide that many atoms are nearest to the site of another."""
    rng = np.random.default_rng(seed)
    crystal = load("alpha-Li3N")
    cell = make_supercell(crystal, np.diag([3, 3, 2]))
    names = np.array([orbit.elements[0] for orbit in crystal.orbits])[crystal.orbit_of_site[cell.parent_site]]
    chosen = rng.permutation(len(names))[:-3]
    atoms = cell.frac_coords[chosen] + rng.normal(scale=0.45, size=(len(chosen), 3)) @ np.linalg.inv(cell.lattice)
    kinds = (names[chosen] == "N").astype(int)
    suits = np.array(
        [["Li" in orbit.elements for orbit in crystal.orbits], ["N" in orbit.elements for orbit in crystal.orbits]]
    )
    limits = Reach.of(crystal).on(cell.parent_site)
    found = assign(
        cell.lattice,
        cell.frac_coords,
        atoms,
        suits=suits,
        kinds=kinds,
        owners=crystal.orbit_of_site[cell.parent_site],
        limits=limits,
    )
    steps = np.array(np.meshgrid(*[[-1, 0, 1]] * 3)).reshape(3, -1).T
    away = atoms[:, None] - cell.frac_coords[None]
    away = (away - np.round(away))[:, :, None] + steps
    squares = ((away @ cell.lattice) ** 2).sum(axis=3).min(axis=2)
    suited = suits[kinds][:, crystal.orbit_of_site[cell.parent_site]]
    gain = np.where(suited & (squares <= found.reach**2), squares - found.reach**2, 0.0)
    rows, columns = linear_sum_assignment(gain)
    ours = found.own.nonzero()[0]
    assert gain[ours, found.site[ours]].sum() == pytest.approx(gain[rows, columns].sum())
    assert len(set(found.site[found.site >= 0].tolist())) == (found.site >= 0).sum()
    collisions = len(ours) - len(set(gain[ours].argmin(axis=1).tolist()))
    assert collisions > 0  # else nothing was tried
    lengths = np.linalg.norm(found.displacement[ours], axis=1)
    assert lengths**2 == pytest.approx(squares[ours, found.site[ours]])


def test_the_reach_of_halves_of_a_split_site_is_not_that_of_their_distance():
    crystal = load("alpha-Li10P4N10")
    reach = Reach.of(crystal)
    assert reach.narrow.min() >= 0.75
    assert (reach.widest >= reach.narrow).all()
    known = Reach.of(load("beta-Li3N"))  # Li to N 1.938, Li to Li 2.181
    assert known.narrow.max() == pytest.approx(2.0651 / 2, abs=2e-3)
    assert known.widest.min() == pytest.approx(0.75 * 2.1807, abs=1e-3)
