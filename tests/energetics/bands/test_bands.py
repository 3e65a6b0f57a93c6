"""Bands on potentials whose saddles are known: fields of one dimension, and pairs of atoms summed by hand."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from scipy.optimize import minimize

from nitrivac import crystal_from_structure, find_hops
from nitrivac.energetics import BandOptions, load_potential, migration_barriers
from nitrivac.migration.host import make_host
from tests.energetics.wells import STEP, Hill, Lopsided, Morse, Slope, Twin

WELLS = "tests.energetics.wells"


@pytest.fixture(scope="module")
def chain():
    """Two sites along the first axis, far apart along the others."""
    lattice = Lattice.orthorhombic(2 * STEP, 4.5, 5.0)
    return crystal_from_structure(Structure(lattice, ["Li", "Li"], [[0, 0, 0], [0.5, 0, 0]]), source="chain")


@pytest.fixture(scope="module")
def network(chain):
    return find_hops(chain, species="Li", max_distance=3.1, widest_paths=False)


def barrier(chain, network, name, **options):
    potential = load_potential(f"{WELLS}:{name}")
    given = BandOptions(**({"supercell": (2, 2, 2), "images": 5, "force": 0.01} | options))
    return migration_barriers(chain, potential, network=network, hops=["h1"], options=given).barriers[0]


def highest(field, low=0.0, high=STEP):
    """Where a field is highest between two places, and how high."""
    places = np.linspace(low, high, 30001)
    heights = field.height(places)
    return places[heights.argmax()], heights.max()


def test_the_saddle_of_one_hill_is_found(chain, network):
    found = barrier(chain, network, "Hill")
    assert found.failure is None
    assert found.converged
    assert found.half
    assert found.forward == pytest.approx(highest(Hill)[1], abs=1e-3)
    assert found.saddle == pytest.approx(0.5, abs=1e-6)
    assert found.travelled[-1] == pytest.approx(STEP, abs=1e-3)
    assert found.remarks == ()


@pytest.mark.parametrize("images", [3, 4, 5])
def test_half_a_band_is_the_whole_one_for_odd_and_even_numbers_of_images(chain, network, images):
    half, whole = (barrier(chain, network, "Hill", images=images, halves=halves) for halves in (True, False))
    assert (half.half, whole.half) == (True, False)
    assert half.energies == pytest.approx(half.energies[::-1], abs=1e-9)
    assert half.energies.max() == pytest.approx(whole.energies.max(), abs=1e-3)


def test_wells_of_different_depth_have_two_barriers(chain, network):
    found = barrier(chain, network, "Slope", halves=False)
    low, high = sorted(Slope.height([0.0, STEP]))
    top = highest(Slope)[1]
    assert sorted([found.forward, found.backward]) == pytest.approx([top - high, top - low], abs=1e-3)
    assert found.span == pytest.approx(top - low, abs=1e-3)


@pytest.mark.parametrize("halves", [True, False])
def test_a_band_over_a_well_is_split_into_two_hops(chain, network, halves):
    found = barrier(chain, network, "Twin", halves=halves)
    assert found.failure is None
    assert found.rests == (6,)
    assert len(found.energies) == 13
    assert found.energies[6] == pytest.approx(Twin.height(STEP / 2) - Twin.height(0.0), abs=1e-3)
    assert found.forward == pytest.approx(highest(Twin)[1] - Twin.height(0.0), abs=2e-3)
    assert found.remarks == ("2 hops: the ion rests between them, at image 6 of 12",)


def test_each_hop_of_a_split_band_has_its_own_climbing_image(chain, network):
    found = barrier(chain, network, "Lopsided", halves=False, images=7)
    (rest,) = found.rests
    energies = found.energies if found.energies[-1] > 0 else found.energies[::-1]
    rest = rest if found.energies[-1] > 0 else len(energies) - 1 - rest
    places = np.linspace(STEP / 4, 3 * STEP / 4, 20001)
    well = places[Lopsided.height(places).argmin()]
    lower, upper = highest(Lopsided, 0.0, well)[1], highest(Lopsided, well, STEP)[1]
    assert energies[: rest + 1].max() == pytest.approx(lower - Lopsided.height(0.0), abs=2e-3)
    assert energies[rest:].max() == pytest.approx(upper - Lopsided.height(0.0), abs=2e-3)


def test_sites_that_share_a_well_are_one_arrangement(chain, network):
    found = barrier(chain, network, "Bowl", halves=False)
    assert found.forward is None
    assert "no minimum" in found.failure


def test_a_site_from_which_the_ion_slides_is_no_minimum(chain, network):
    found = barrier(chain, network, "Drift", halves=False)
    assert found.forward is None
    assert "no minimum" in found.failure


@pytest.fixture(scope="module")
def solid():
    structure = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.8), ["Cu"], [[0, 0, 0]])
    return crystal_from_structure(structure, source="Morse's copper")


@pytest.fixture(scope="module")
def hop(solid):
    network = find_hops(solid, species="Cu", max_distance=2.8, widest_paths=False)
    options = BandOptions(supercell=(2, 2, 2), images=3, force=0.01)
    return migration_barriers(solid, load_potential(f"{WELLS}:Morse"), network=network, hops=["h1"], options=options)


def test_the_barrier_in_a_crystal_of_pairs_is_the_one_found_without_bands(hop):
    """The ion is held half way, where symmetry puts the saddle, and all others are brought to rest by another optimiser."""
    found = hop.barriers[0]
    edge = float(found.lattice[0, 0])

    def rested(places, held):
        free = np.delete(np.arange(len(places)), held)

        def pull(moved):
            now = places.copy()
            now[free] = moved.reshape(-1, 3)
            energy, forces = Morse.energy_and_forces(now, edge)
            return energy, -forces[free].ravel()

        return minimize(pull, places[free].ravel(), jac=True, method="L-BFGS-B", options={"ftol": 1e-12}).fun

    start = found.images[0]
    middle = 0.5 * (start + found.images[-1])
    assert found.forward == pytest.approx(rested(middle, [found.moving]) - rested(start, []), abs=2e-3)
    assert found.half
    assert found.remarks == ()


def test_a_host_with_one_vacancy_has_the_barrier_of_the_crystal(solid, hop):
    """The same cell with the same vacancy, once as a supercell of the crystal and once as a configuration of it."""
    full = solid.structure.copy()
    full.make_supercell(2)
    full.remove_sites([0])
    host = make_host(solid, crystal_from_structure(full, source="31 atoms"), species="Cu")
    options = BandOptions(images=3, force=0.01)
    found = migration_barriers(host.crystal, load_potential(f"{WELLS}:Morse"), species="Cu", host=host, options=options)
    first = found.barriers[0]
    assert first.failure is None
    assert first.half
    assert first.atoms == 31
    assert first.forward == pytest.approx(hop.barriers[0].forward, abs=1e-3)


def test_what_surrounds_the_ion_at_the_saddle_is_said(chain, network):
    found = barrier(chain, network, "Hill")
    assert found.saddle_place[0] % 0.5 == pytest.approx(0.25, abs=1e-6)
    assert found.columns.plain(found)["saddle_coordination"] == 0
    assert found.columns.plain(found)["highest_less_lowest_eV"] == pytest.approx(0.5, abs=2e-3)


def test_a_band_that_is_not_at_rest_or_has_no_saddle_is_starred_in_tables(chain, network):
    def cell(one):
        (column,) = (column for column in one.columns.columns if column.name == "forward_eV")
        return column.cell(one)

    assert cell(barrier(chain, network, "Hill")) == "0.50"
    restless = barrier(chain, network, "Slope", halves=False, steps=1, force=1e-4)
    assert not restless.converged
    assert cell(restless).endswith("*")
