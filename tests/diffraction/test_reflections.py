"""Which reflections there are: absences, families and multiplicities, against gemmi and counting by brute force."""

from __future__ import annotations

from dataclasses import replace

import gemmi
import numpy as np
import pytest
from pymatgen.core.lattice import Lattice

from nitrivac import load
from nitrivac.crystal.model import Crystal
from nitrivac.crystal.orbit import Occupant, Orbit, Provenance
from nitrivac.diffraction import powder_pattern
from nitrivac.diffraction.reflections import are_absent, reflections_between
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.symmetry.space_group import parse_space_group

INDICES = np.stack(np.meshgrid(*[np.arange(-4, 5)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
SETTINGS = [*range(1, 231), "P2_1/c", "P2_1/n", "I2/a", "Pbnm", "Fd-3m:1", "R-3m:R"]


@pytest.mark.parametrize("symbol", SETTINGS)
def test_absences_are_those_of_gemmi(symbol):
    group = parse_space_group(symbol)
    operations = gemmi.symops_from_hall(group.hall)
    expected = [operations.is_systematically_absent(hkl.tolist()) for hkl in INDICES]
    assert are_absent(INDICES, group).tolist() == expected


@pytest.mark.parametrize("symbol", ["P2_1/c", "Cmcm", "P6_3/mmc", "I4_1/amd:2", "Fd-3m:2", "R-3c:H", "P4_132"])
def test_absences_do_not_depend_on_how_well_the_group_was_found(symbol):
    """Translations a hundredth off, as a search in a crystal leaves them, and another origin."""
    group = parse_space_group(symbol)
    rng = np.random.default_rng(0)
    origin = rng.random(3)
    moved = group.translations + (np.eye(3) - group.rotations) @ origin
    loose = replace(group, setting="", translations=moved + rng.uniform(-0.004, 0.004, moved.shape))
    assert are_absent(5 * INDICES, loose).tolist() == are_absent(5 * INDICES, group).tolist()
    assert are_absent(INDICES, loose).tolist() == are_absent(INDICES, group).tolist()


def everywhere(crystal: Crystal, d_min: float) -> np.ndarray:
    """All lattice points but the origin with d above a limit."""
    most = np.ceil(np.linalg.norm(crystal.lattice, axis=1) / d_min).astype(int)
    points = np.stack(np.meshgrid(*[np.arange(-one, one + 1) for one in most], indexing="ij"), axis=-1).reshape(-1, 3)
    lengths = np.linalg.norm(points @ np.linalg.inv(crystal.lattice).T, axis=1)
    return points[(lengths > 0) & (lengths <= 1 / d_min)]


@pytest.mark.parametrize("source", ["beta-Li3N", "LiPN2", "Li3BN2-I41amd", "Li7PN4", "Li2ZrN2", "gamma-Li3N", "Li7N2I-Cm"])
def test_families_are_all_lattice_points_once(source):
    crystal = load(source)
    found = reflections_between(crystal, 0.9)
    points = everywhere(crystal, 0.9)
    present = points[~are_absent(points, crystal.space_group)]
    assert found.multiplicity.sum() == len(present)
    of_families = {
        tuple(image)
        for hkl in found.hkl
        for sign in (1, -1)
        for image in (sign * np.einsum("i,mij->mj", hkl, crystal.space_group.rotations)).tolist()
    }
    assert of_families == {tuple(point) for point in present.tolist()}
    assert (np.diff(found.d) <= 1e-9).all()


@pytest.mark.parametrize(
    ("source", "first"),
    [
        ("alpha-Li3N", [[0, 0, 1], [1, 0, 0], [1, 0, 1], [0, 0, 2]]),
        ("beta-Li3N", [[0, 0, 2], [1, 0, 0], [1, 0, 1], [1, 0, 2]]),
        ("gamma-Li3N", [[1, 1, 1], [2, 0, 0], [2, 2, 0], [3, 1, 1]]),
    ],
)
def test_families_are_named_as_in_papers(source, first):
    assert reflections_between(load(source), 1.2).hkl[:4].tolist() == first


def one_atom(lattice: Lattice) -> Crystal:
    orbit = Orbit(
        label="Si1",
        occupants=(Occupant(element="Si", occupancy=1.0),),
        letter="a",
        multiplicity=1,
        site_symmetry="1",
        indices=np.array([0]),
    )
    return Crystal(
        lattice=lattice.matrix,
        frac_coords=np.zeros((1, 3)),
        orbits=(orbit,),
        space_group=parse_space_group("P1"),
        provenance=Provenance(source="one atom"),
    )


def test_a_triclinic_cell_has_pairs_alone():
    found = reflections_between(one_atom(Lattice.from_parameters(4, 5, 6, 75, 95, 110)), 1.0)
    assert set(found.multiplicity.tolist()) == {2}
    assert len(found.d) * 2 == len(everywhere(one_atom(Lattice.from_parameters(4, 5, 6, 75, 95, 110)), 1.0))


def test_spacings_are_pymatgens():
    lattice = Lattice.from_parameters(4, 5, 6, 75, 95, 110)
    found = reflections_between(one_atom(lattice), 1.0)
    assert found.d == pytest.approx([lattice.d_hkl(hkl) for hkl in found.hkl.tolist()])


def test_a_cell_too_large_is_refused_at_once():
    with pytest.raises(UnsupportedError, match="too many reflections"):
        reflections_between(one_atom(Lattice.cubic(400)), 0.5)


def test_a_range_without_reflections_is_said():
    with pytest.raises(SpecificationError, match="no reflection between 1 and 5 degrees"):
        powder_pattern(load("gamma-Li3N"), two_theta=(1, 5))
