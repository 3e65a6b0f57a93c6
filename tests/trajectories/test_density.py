"""Densities on grids: whole, of the group's symmetry, and in files that other programs read."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac import find_hops, load
from nitrivac.trajectories.density import DensityGrid, grid_shape, group_average
from nitrivac.trajectories.grid_files import BOHR_A, chgcar_text, cube_text
from tests.trajectories.synthetic import make_run


@pytest.fixture(scope="module")
def beta():
    return load("beta-Li3N")


@pytest.fixture(scope="module")
def density(beta):
    run = make_run(
        beta, find_hops(beta, widest_paths=False), cells=(3, 3, 2), vacancies=6, rates={"h2": (0.4, 0.4)}, length=30, dt=0.1,
        drift=0.0,
    )  # fmt: skip
    ions = np.flatnonzero(np.array(run.symbols) == "Li")
    grid = DensityGrid(beta, np.diag([3, 3, 2]), ions, species="Li", lattice=run.lattice)
    frac = run.places @ np.linalg.inv(run.lattice)
    for part in np.array_split(frac, 37):
        grid.feed(part)
    return grid.density()


@pytest.mark.parametrize("name", ["alpha-Li3N", "beta-Li3N", "Li9N2Cl3", "LiPN2", "Li3BN2-I41amd", "Li7PN4"])
def test_every_operation_maps_nodes_to_nodes(name):
    crystal = load(name)
    shape = grid_shape(crystal)
    assert max(np.linalg.norm(crystal.lattice, axis=1) / shape) <= 0.5
    values = np.random.default_rng(0).random(shape)
    averaged = group_average(values, crystal)
    assert averaged.sum() == pytest.approx(values.sum())
    np.testing.assert_allclose(group_average(averaged, crystal), averaged, atol=1e-12)
    group = crystal.space_group
    node = np.array([1, 2, 3])
    for turn, shift in zip(group.rotations, group.translations, strict=True):
        moved = (turn @ (node / shape) + shift) * shape
        np.testing.assert_allclose(moved, np.round(moved), atol=1e-6)
        assert averaged[tuple(np.round(moved).astype(int) % shape)] == pytest.approx(averaged[tuple(node)])


def test_ions_are_where_the_sites_are(beta, density):
    assert density.ions == pytest.approx(102 / 18)
    shape = np.array(density.values.shape)
    highest = np.array(np.unravel_index(density.values.argmax(), density.values.shape)) / shape
    lithium = np.concatenate([beta.find(site).indices for site in ("Li@2b", "Li@4f")])
    away = beta.frac_coords[lithium] - highest
    assert np.linalg.norm((away - np.round(away)) @ beta.lattice, axis=1).min() < 0.3
    before, after = density.halves_differ
    assert after < before / 2


def test_free_energy_is_a_logarithm_of_the_density(density):
    energy = density.free_energy(600.0)
    seen = density.values > 0
    np.testing.assert_allclose(
        np.exp(-energy[seen] / (8.617333262e-5 * 600)), density.values[seen] / density.values.max(), rtol=1e-9
    )
    assert energy.min() == 0
    assert np.isfinite(energy).all()


def test_cube_files_are_read_by_ase(beta, density, tmp_path):
    from ase.io.cube import read_cube

    (path := tmp_path / "density.cube").write_text(
        cube_text(density, beta, density.values, "lithium", "ions per cubic angstrom")
    )
    with path.open() as stream:
        found = read_cube(stream)
    np.testing.assert_allclose(found["data"], density.values, rtol=1e-4, atol=1e-9)
    np.testing.assert_allclose(found["atoms"].cell.array, density.lattice, atol=1e-4)
    assert found["atoms"].get_chemical_formula() == "Li6N2"
    assert pytest.approx(0.529177, abs=1e-6) == BOHR_A


def test_chgcar_files_are_read_by_pymatgen(beta, density, tmp_path):
    from pymatgen.io.vasp import VolumetricData

    (path := tmp_path / "CHGCAR").write_text(chgcar_text(density, beta, "lithium"))
    poscar, data, _ = VolumetricData.parse_file(str(path))
    volume = poscar.structure.volume
    np.testing.assert_allclose(data["total"] / volume, density.values, rtol=1e-6, atol=1e-9)
    assert data["total"].mean() == pytest.approx(102 / 18)
    assert poscar.structure.composition.reduced_formula == "Li3N"
