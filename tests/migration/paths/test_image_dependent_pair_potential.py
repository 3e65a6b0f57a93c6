"""Images on the pair potential are those of ASE, near pairs alone notwithstanding."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.mep.neb import IDPP, NEB
from ase.optimize import FIRE

from nitrivac import load
from nitrivac.errors import UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.paths.image_dependent_pair_potential import relaxed_images
from nitrivac.migration.paths.path import vacancy_path


def straight(source, hop, supercell, images):
    crystal = load(source)
    return vacancy_path(crystal, find_hops(crystal), hop, supercell=np.diag(supercell), images=images, method="linear")


def by_ase(path, force):
    """The band of ASE: all pairs, each at its nearest image."""
    images = path.atoms()
    first, last = (image.get_all_distances(mic=True) for image in (images[0], images[-1]))
    for image, share in zip(images, np.linspace(0, 1, len(images)), strict=True):
        image.calc = IDPP(first + share * (last - first), mic=True)
    with FIRE(NEB(images, method="improvedtangent"), logfile=None, dt=0.3, dtmax=1.5) as optimizer:
        assert optimizer.run(fmax=force, steps=300)
    return np.array([image.positions for image in images])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "hop", "supercell", "images"),
    [
        ("LiPN2", "h1", [2, 2, 1], 1),  # many pairs as near by one side of the cell as by the other
        ("beta-Li3N", "h1", [3, 3, 2], 1),
    ],
)
def test_images_are_those_of_ase(source, hop, supercell, images):
    path = straight(source, hop, supercell, images)
    expected = by_ase(path, 1e-3)
    found, converged = relaxed_images(path.positions, path.lattice, force=5e-4, steps=2000)
    assert converged
    assert np.linalg.norm(found - path.positions, axis=2).max() > 0.03
    assert np.linalg.norm(found - expected, axis=2).max() < 0.01


def test_ends_stay_and_atoms_may_be_given_in_any_cell():
    path = straight("beta-Li3N", "h3", [3, 3, 2], 1)
    way = {"force": 1e-3, "steps": 15}
    found, _ = relaxed_images(path.positions, path.lattice, **way)
    assert np.array_equal(found[[0, -1]], path.positions[[0, -1]])
    steps = np.random.default_rng(0).integers(-2, 3, (path.positions.shape[1], 3)) @ path.lattice
    elsewhere, _ = relaxed_images(path.positions + steps, path.lattice, **way)
    assert elsewhere - steps == pytest.approx(found, abs=1e-3)
    skewed, _ = relaxed_images(path.positions, np.array([[1, 0, 0], [2, 1, 0], [-1, 3, 1]]) @ path.lattice, **way)
    assert skewed == pytest.approx(found, abs=1e-3)


def test_two_ions_at_the_distance_interpolated_between_the_ends():
    """A jump past a wall of one atom: the middle image has the mean of the distances, so it leaves the straight way."""
    lattice = np.eye(3) * 30.0
    wall, start, end = np.array([15.0, 16.0, 15.0]), np.array([13.0, 15.0, 15.0]), np.array([17.0, 15.0, 15.0])
    ends = np.array([[wall, start], [wall, end]])
    images = np.array([ends[0], ends.mean(axis=0), ends[1]])
    found, converged = relaxed_images(images, lattice, force=1e-6, steps=5000)
    assert converged
    assert np.linalg.norm(found[1, 1] - found[1, 0]) == pytest.approx(np.linalg.norm(start - wall), abs=1e-4)


@pytest.mark.parametrize("method", ["linear", "idpp"])
def test_a_thousand_atoms_and_more_have_a_path(method):
    crystal = load("beta-Li3N")
    made = vacancy_path(crystal, find_hops(crystal), "h1", supercell=np.diag([6, 6, 4]), images=1, method=method)
    assert made.converged
    assert len(made.symbols) == 1151


def test_ase_agrees_on_the_energy_of_a_crowded_image():
    """The forces written out pair by pair are those of ASE's potential on a random crowd."""
    from nitrivac.migration.paths._pair_potential import _pair_forces
    from nitrivac.migration.paths.image_dependent_pair_potential import _band

    rng = np.random.default_rng(1)
    lattice = np.array([[9.0, 0, 0], [2, 8, 0], [1, -1, 10]])
    ends = rng.random((2, 20, 3)) @ lattice * 0.9
    ends[1] = ends[0] + rng.normal(scale=0.15, size=(20, 3))
    middle = ends.mean(axis=0) + rng.normal(scale=0.1, size=(20, 3))
    images = np.array([ends[0], middle, ends[1]])
    forces = np.empty((20, 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("nitrivac.migration.paths.image_dependent_pair_potential.REACH_A", 12.0)  # all pairs
        energy = _pair_forces(middle, 1, _band(images, lattice), forces)
    atoms = Atoms("H20", positions=middle, cell=lattice, pbc=True)
    distances = [Atoms("H20", positions=points, cell=lattice, pbc=True).get_all_distances(mic=True) for points in ends]
    atoms.calc = IDPP((distances[0] + distances[1]) / 2, mic=True)
    assert energy == pytest.approx(atoms.get_potential_energy())
    assert forces == pytest.approx(atoms.get_forces(), abs=1e-9)


def test_a_way_through_another_atom_is_refused():
    """The hop along c between the 1b sites of alpha-Li3N meets the nitrogen half way."""
    crystal = load("alpha-Li3N")
    network = find_hops(crystal, max_distance=4.0)
    path = vacancy_path(crystal, network, "h5", supercell=3, images=5, method="linear")
    with pytest.raises(UnsupportedError, match="leads through another atom"):
        relaxed_images(path.positions, path.lattice, force=0.1, steps=5)
