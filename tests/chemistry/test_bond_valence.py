"""Bond valences: tabulated parameters, sums near the charge, the global instability index."""

from __future__ import annotations

import numpy as np
import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.chemistry.bond_valence import BOND_VALENCE_SOURCES, bond_valence_parameters, bond_valences
from nitrivac.chemistry.bond_valence_sums import check_bond_valences
from nitrivac.crystal import crystal_from_structure
from tests.elsewhere import shared


@pytest.mark.parametrize(
    ("cation", "state", "anion", "length", "softness", "source"),
    # Values of the three papers, by way of the accumulated table of I. D. Brown (bvparm2020).
    [
        ("Si", 4, "O", 1.624, 0.389, "GH"),
        ("P", 5, "O", 1.624, 0.399, "GH"),
        ("Li", 1, "O", 1.062, 0.642, "GH"),
        ("P", 5, "N", 1.704, 0.37, "BA"),
        ("P", 5, "S", 2.145, 0.37, "BA"),
        ("Si", 4, "N", 1.724, 0.37, "BA"),
        ("Ca", 2, "F", 1.842, 0.37, "BA"),
        ("Li", 1, "N", 1.61, 0.37, "BO"),
        ("Li", 1, "S", 1.94, 0.37, "BO"),
        ("Mg", 2, "As", 2.38, 0.37, "BO"),
        ("B", 3, "N", 1.47, 0.37, "BO"),
    ],
)
def test_parameters_are_those_of_the_papers(cation, state, anion, length, softness, source):
    found = bond_valence_parameters(cation, anion, state)
    assert (found.length, found.softness, found.source) == (length, softness, source)
    assert not found.is_estimate


def test_a_pair_that_no_paper_has_is_estimated_and_marked():
    found = bond_valence_parameters("Li", "P", 1)
    # O'Keeffe and Brese 1991 by hand: Li r 1.00, c 0.97; P r 1.09, c 2.06.
    r1, c1, r2, c2 = 1.00, 0.97, 1.09, 2.06
    assert found.length == pytest.approx(r1 + r2 - r1 * r2 * (c1**0.5 - c2**0.5) ** 2 / (c1 * r1 + c2 * r2), abs=0.02)
    assert found.is_estimate


def test_states_decide_and_the_nearest_is_taken():
    assert bond_valence_parameters("Fe", "O", 2).length == 1.658
    assert bond_valence_parameters("Fe", "O", 3).length == 1.766
    assert bond_valence_parameters("Fe", "O", 8 / 3).length == 1.766
    assert bond_valence_parameters("Sn", "S", 2).state is None  # only Sn4+ and an unspecified one are tabulated
    assert bond_valence_parameters("D", "O", 1) == bond_valence_parameters("H", "O", 1)


def test_the_table_is_whole():
    from nitrivac.chemistry.bond_valence import _table

    rows = [(pair, state, values) for pair, states in _table().items() for state, values in states.items()]
    assert len(rows) > 900
    for (cation, anion), state, (length, softness, source) in rows:
        assert cation != anion
        assert 0.8 < length < 3.5, (cation, state, anion)
        assert 0.2 < softness < 0.7
        assert source in BOND_VALENCE_SOURCES
        assert source != "GH" or anion == "O"


def test_a_bond_ends_where_its_valence_is_a_twenty_fifth_of_the_charge():
    reach = bond_valence_parameters("Li", "N", 1).reach
    assert reach == pytest.approx(1.61 + 0.37 * np.log(25))
    assert bond_valences("Li", "N", [reach - 1e-6, reach + 1e-6], state=1) == pytest.approx([0.04, 0.0], abs=1e-5)


@pytest.mark.parametrize(
    ("file", "site", "expected"),
    [
        ("cases/migration/quartz.cif", "Si@3a", 4.16),
        ("cases/migration/CaF2.cif", "F@8c", 0.97),  # four Ca at 2.366: 4 exp((1.842 - 2.366) / 0.37)
        ("cases/migration/LiFePO4.cif", "P@4c", 4.90),
        ("cases/migration/LiFePO4.cif", "Fe@4c", 2.00),
        ("cases/migration/Mg3NAs.cif", "N@1b", 2.98),
    ],
)
def test_sums_of_known_compounds(file, site, expected):
    assert check_bond_valences(load(shared(file))).of_orbit(site) == pytest.approx(expected, abs=0.02)


def test_the_index_of_rock_salt_by_hand():
    crystal = crystal_from_structure(
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.212), ["Mg", "O"], [[0] * 3, [0.5] * 3])
    )
    found = check_bond_valences(crystal)
    total = 6 * np.exp((1.608 - 2.106) / 0.443)  # Gagne and Hawthorne; the next oxygen is 3.65 away, beyond 2.73
    assert [one.total for one in found.sums] == pytest.approx([total, total])
    assert found.instability == pytest.approx(abs(total - 2))
    assert found.sources == ("GH",)
    assert found.deviating == ()


def test_a_cation_too_far_from_its_ligands_is_flagged():
    crystal = crystal_from_structure(
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.8), ["Mg", "O"], [[0] * 3, [0.5] * 3])
    )
    assert [one.element for one in check_bond_valences(crystal).deviating] == ["Mg"]


def test_an_alloy_has_no_sums_and_says_why():
    crystal = crystal_from_structure(Structure(Lattice.cubic(3.2), ["Li", "Ag"], [[0] * 3, [0.5] * 3]))
    found = check_bond_valences(crystal)
    assert found.instability is None
    assert "alloy" in found.reason


def test_half_filled_neighbours_count_half():
    whole = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.2), ["Mg2+", "O2-"], [[0] * 3, [0.5] * 3])
    half = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.2), ["Mg2+", {"O2-": 0.5}], [[0] * 3, [0.5] * 3])
    sums = [check_bond_valences(crystal_from_structure(one)).of_orbit("Mg@4a") for one in (whole, half)]
    assert sums[1] == pytest.approx(sums[0] / 2)
