"""Energies by a potential whose answers can be had another way: effective medium theory for copper."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms
from ase.optimize import BFGS
from pymatgen.core import Lattice, Structure
from scipy.optimize import minimize_scalar

from nitrivac import crystal_from_structure, find_hops, load
from nitrivac.energetics import BandOptions, load_potential, migration_barriers, relax, vacancy_energies
from nitrivac.errors import EnergyError, MissingExtraError, SpecificationError
from nitrivac.migration import vacancy_path

EDGE = 3.59


class Broken(EMT):
    """A calculator that gives no number."""

    def calculate(self, *arguments, **options):
        super().calculate(*arguments, **options)
        self.results["energy"] = float("nan")


class Failing(EMT):
    """A calculator that ends with an error of its own."""

    def calculate(self, *_arguments, **_options):
        raise RuntimeError("out of its depth")


class Flat(EMT):
    """A calculator without forces."""

    def calculate(self, *arguments, **options):
        super().calculate(*arguments, **options)
        self.results["energy"], self.results["forces"] = 0.0, 0.0 * self.results["forces"]


@pytest.fixture(scope="module")
def copper():
    return crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(EDGE), ["Cu"], [[0, 0, 0]]), source="Cu")


@pytest.fixture(scope="module")
def hops(copper):
    return find_hops(copper, species="Cu", max_distance=2.6)


@pytest.fixture(scope="module")
def emt():
    return load_potential("ase.calculators.emt:EMT")


@pytest.fixture(scope="module")
def bands(copper, hops, emt):
    """The hop of copper by half a band and by a whole one."""
    options = {"supercell": (2, 2, 2), "images": 3, "force": 0.02}
    return [
        migration_barriers(copper, emt, network=hops, hops=["h1"], options=BandOptions(halves=halves, **options)).barriers[0]
        for halves in (True, False)
    ]


def test_half_a_band_is_the_whole_one(bands):
    half, whole = bands
    assert half.half and half.converged and half.failure is None  # noqa: PT018
    assert not whole.half
    assert half.forward == pytest.approx(whole.forward, abs=1e-3)
    assert half.energies == pytest.approx(half.energies[::-1], abs=1e-9)
    assert half.evaluations < 0.75 * whole.evaluations


def test_the_barrier_is_that_of_the_ion_held_at_the_saddle(copper, hops, bands):
    """By symmetry the saddle lies half way; there the ion is held while all others come to rest."""
    path = vacancy_path(copper, hops, "h1", images=1, method="linear", supercell=(2, 2, 2))
    first, middle, _ = path.atoms()
    middle.set_constraint(FixAtoms([path.moving]))
    for atoms in (first, middle):
        atoms.calc = EMT()
        BFGS(atoms, logfile=None).run(fmax=0.005)
    held = middle.get_potential_energy() - first.get_potential_energy()
    assert bands[0].forward == pytest.approx(held, abs=0.003)
    assert bands[0].backward == pytest.approx(bands[0].forward, abs=1e-6)
    assert bands[0].saddle == 0.5


def test_the_swapping_operation_carries_the_path_onto_itself(copper, hops):
    path = vacancy_path(copper, hops, "h1", images=3, method="linear", supercell=(2, 2, 2))
    swap = path.swap
    assert np.abs(np.linalg.det(swap.rotation)) == pytest.approx(1)
    for number, positions in enumerate(path.positions):
        assert swap(positions) == pytest.approx(path.positions[-1 - number], abs=1e-8)


def test_no_operation_swaps_ends_of_different_sites():
    crystal = load("beta-Li3N")
    network = find_hops(crystal)
    hop = next(one for one in network.hops if one.start != one.end)
    assert vacancy_path(crystal, network, hop.id, images=1, method="linear", supercell=(3, 3, 2)).swap is None


def test_a_cell_comes_to_rest_where_its_energy_is_lowest(copper, emt):
    def energy(edge):
        atoms = Atoms("Cu4", scaled_positions=copper.frac_coords, cell=[edge] * 3, pbc=True, calculator=EMT())
        return atoms.get_potential_energy()

    lowest = minimize_scalar(energy, bounds=(3.4, 3.8), method="bounded", options={"xatol": 1e-6})
    stretched = crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.65), ["Cu"], [[0, 0, 0]]))
    found = relax(stretched, emt, force=0.001)
    assert found.converged
    assert found.lengths[0] * 3.65 == pytest.approx(lowest.x, abs=2e-3)
    assert found.energy == pytest.approx(lowest.fun, abs=1e-4)
    assert found.group == ("Fm-3m", "Fm-3m")
    assert found.crystal.formula == stretched.formula
    assert relax(stretched, emt, cell="fixed").lengths == pytest.approx((1.0, 1.0, 1.0))


def test_a_vacancy_costs_what_taking_an_atom_out_costs(copper, emt):
    (found,) = vacancy_energies(copper, emt, species="Cu", supercells=[2]).energies
    full = Atoms("Cu4", scaled_positions=copper.frac_coords, cell=[EDGE] * 3, pbc=True).repeat(2)
    full.calc = EMT()
    without = full.copy()
    del without[5]
    without.calc = EMT()
    BFGS(without, logfile=None).run(fmax=0.005)
    assert found.energy == pytest.approx(without.get_potential_energy() - full.get_potential_energy(), abs=2e-3)
    assert (found.relative, found.atoms, found.site) == (0.0, 31, "Cu@4a")


@pytest.mark.parametrize(("name", "words"), [("Broken", "nan eV"), ("Failing", "out of its depth")])
def test_a_calculator_that_fails_is_a_row_with_its_reason(copper, hops, name, words):
    potential = load_potential(f"{__name__}:{name}")
    found = migration_barriers(copper, potential, network=hops, options=BandOptions(supercell=2, images=1))
    assert [one.forward for one in found.barriers] == [None]
    assert words in found.barriers[0].failure
    with pytest.raises(EnergyError, match=words):
        relax(copper, potential)


def test_a_band_without_a_saddle_says_so(copper, hops):
    options = BandOptions(supercell=2, images=1)
    (flat,) = migration_barriers(copper, load_potential(f"{__name__}:Flat"), network=hops, options=options).barriers
    assert flat.forward == 0.0
    assert flat.remarks == ("an end is the highest image: no saddle lies between the ends",)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wonder", "no potential 'wonder'"),
        ("mace:", "a file of weights is needed"),
        ("no.such.module:Thing", "cannot be imported"),
        ("ase.calculators.emt:Thing", "has no 'Thing'"),
    ],
)
def test_unknown_potentials_are_refused(name, words):
    with pytest.raises(SpecificationError, match=words):
        load_potential(name)


def test_the_commands_print_and_write(nitrivac, tmp_path, copper):
    source = copper.write(tmp_path / "copper.cif")
    common = (source, "--calculator", "ase.calculators.emt:EMT")
    hop = ("--species", "Cu", "--supercell", "2x2x2", "--images", 1, "--hops", "h1")
    run = nitrivac("barriers", *common, *hop, "--json", "-o", tmp_path / "bands")
    assert run.code == 0
    assert run.json["calculator"]["name"] == "ase.calculators.emt:EMT"
    assert run.json["calculator"]["version"].startswith("ase ")
    row = run.json["barriers"][0]
    assert (row["hop"], row["images"], row["atoms"]) == ("h1", 3, 31)
    assert 0.5 < row["forward_eV"] < 1.0
    assert {path.name for path in (tmp_path / "bands").iterdir()} == {
        "barriers.csv",
        "barriers.journal",
        "barriers.json",
        "costs.csv",
        "h1.extxyz",
    }
    text = nitrivac("defects", *common, "--species", "Cu", "--supercell", "2x2x2").out
    assert "Cu@4a" in text
    assert "no formation energies" in text
    assert "Space group Fm-3m before, Fm-3m after." in nitrivac("relax", *common).out
    refused = nitrivac("relax", source, "--calculator", "wonder")
    assert refused.code == 2
    assert refused.err.count("\n") == 1


def test_what_is_not_installed_is_said_with_what_to_install(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "sevenn.calculator", None)
    with pytest.raises(MissingExtraError, match=r'sevenn, which is not installed: pip install "nitrivac\[energetics\]"'):
        load_potential("sevennet")
