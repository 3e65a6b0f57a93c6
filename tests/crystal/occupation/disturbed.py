"""Atoms on the sites of a crystal, displaced, strained, turned and shuffled, with what is on which site known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from pymatgen.core import Lattice, Structure
from scipy.spatial.transform import Rotation

from nitrivac.crystal.split_sites import are_split
from nitrivac.crystal.supercells.supercell import make_supercell
from nitrivac.neighbours import neighbour_pairs

OTHER_VECTORS = np.array([[1, 1, 0], [0, 1, 0], [-1, 0, 1]])


@dataclass(frozen=True)
class Disturbed:
    """A structure and the truth about it: the site of each atom, its displacement, the strain and the rotation."""

    structure: Structure
    sites: np.ndarray
    displacements: np.ndarray
    strain: np.ndarray
    rotation: np.ndarray
    vacant: tuple[int, ...]


def filling(crystal, cell, rng):
    """A random element on each site by the occupancies, none beside its other half of a split site; empty for none."""
    owner = crystal.orbit_of_site[cell.parent_site]
    near = neighbour_pairs(cell.lattice, cell.frac_coords, 1.9)
    apart = are_split(crystal, cell.parent_site[near.centres], cell.parent_site[near.neighbours], near.distances)
    halves = {}
    for one, other in zip(near.centres[apart].tolist(), near.neighbours[apart].tolist(), strict=True):
        halves.setdefault(one, []).append(other)
    names = np.full(len(owner), "", dtype="U3")
    for site in rng.permutation(len(owner)).tolist():
        if any(names[other] for other in halves.get(site, ())):
            continue
        orbit = crystal.orbits[owner[site]]
        shares = [one.occupancy for one in orbit.occupants]
        empty = max(0.0, 1 - sum(shares)) if site not in halves else 0.0
        shares = np.array([*shares, empty]) / (sum(shares) + empty)
        names[site] = rng.choice([*orbit.elements, ""], p=shares)
    return names


def disturbed(
    crystal, rng, *, matrix=2, moved=0.0, strain=0.0, turned=False, shift=(0, 0, 0), vacancies=0, vectors=None, names=None
):
    """A supercell of a crystal, filled at random by its occupancies and disturbed as asked for.

    Each atom moves by the same length in a direction of its own; the strain is the largest along any direction.
    """
    matrix = np.eye(3, dtype=int) * matrix if np.isscalar(matrix) else np.array(matrix)
    cell = make_supercell(crystal, matrix)
    names = filling(crystal, cell, rng) if names is None else names.copy()
    mobile = np.flatnonzero(names == "Li")
    vacant = tuple(rng.choice(mobile, vacancies, replace=False).tolist()) if vacancies else ()
    names[list(vacant)] = ""
    sites = rng.permutation(np.flatnonzero(names != ""))
    tensor = rng.uniform(-1, 1, (3, 3))
    tensor = tensor + tensor.T
    tensor *= strain / np.abs(np.linalg.eigvalsh(tensor)).max()
    rotation = Rotation.random(rng=rng).as_matrix() if turned else np.eye(3)
    lattice = cell.lattice @ (np.eye(3) + tensor) @ rotation
    steps = rng.normal(size=(len(sites), 3))
    steps *= moved / np.linalg.norm(steps, axis=1)[:, None]
    points = cell.frac_coords[sites] + np.array(shift) + steps @ np.linalg.inv(lattice)
    if vectors is not None:
        lattice, points = vectors @ lattice, points @ np.linalg.inv(vectors)
    structure = Structure(Lattice(lattice), names[sites], np.mod(points, 1))
    return Disturbed(structure, sites, steps, tensor, rotation, vacant)
