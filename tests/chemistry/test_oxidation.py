"""Oxidation states by one rule: stated, else anions by their bonds and cations by the balance."""

from __future__ import annotations

import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.chemistry.charge_balance import _occurrences
from nitrivac.chemistry.oxidation import find_oxidation_states
from nitrivac.crystal import crystal_from_structure
from tests.elsewhere import shared


def states(crystal):
    """Element to the set of its states."""
    found = {}
    for orbit, values in zip(crystal.orbits, crystal.oxidation.values, strict=True):
        for one, value in zip(orbit.occupants, values, strict=True):
            found.setdefault(one.element, set()).add(None if value is None else round(value, 3))
    return found


def cubic(a, *sites):
    """A cubic crystal of elements and points."""
    return crystal_from_structure(Structure(Lattice.cubic(a), [name for name, _ in sites], [point for _, point in sites]))


FACES = [(0.5, 0.5, 0), (0.5, 0, 0.5), (0, 0.5, 0.5)]


def antiperovskite(a, cation, centre, corner):
    return cubic(a, (centre, (0.5, 0.5, 0.5)), (corner, (0, 0, 0)), *((cation, face) for face in FACES))


@pytest.mark.parametrize(
    ("crystal", "expected"),
    [
        (antiperovskite(4.217, "Mg", "N", "As"), {"Mg": {2}, "N": {-3}, "As": {-3}}),  # E. O. Chi et al. (2002)
        (antiperovskite(4.88, "Ca", "N", "Bi"), {"Ca": {2}, "N": {-3}, "Bi": {-3}}),
        (antiperovskite(3.90, "Li", "O", "Cl"), {"Li": {1}, "O": {-2}, "Cl": {-1}}),
        (cubic(4.08, ("Li", (0, 0, 0)), ("H", (0.5, 0.5, 0.5))), {"Li": {1}, "H": {-1}}),
        # NaCl-type rows of a perovskite: hydrogen in a hydride beside oxygen, tellurium and arsenic as cations in oxides
        (cubic(3.84, ("Li", (0, 0, 0)), ("Ba", (0.5, 0.5, 0.5)), *(("H", face) for face in FACES)), {"H": {-1}, "Ba": {2}}),
        (cubic(3.99, ("Ba", (0, 0, 0)), ("Ti", (0.5, 0.5, 0.5)), *(("O", face) for face in FACES)), {"Ti": {4}, "Ba": {2}}),
        (cubic(3.2, ("Li", (0, 0, 0)), ("Au", (0.5, 0.5, 0.5))), {"Li": {None}, "Au": {None}}),
        (cubic(3.8, ("Li", (0, 0, 0)), ("Pd", (0.5, 0.5, 0.5)), ("Sb", (0.5, 0.5, 0))), {"Sb": {None}}),
    ],
)
def test_small_crystals(crystal, expected):
    found = states(crystal)
    assert {element: found[element] for element in expected} == expected


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("obelix/122.cif", {"P": {5}, "S": {-2}, "Cl": {-1}}),  # Li6PS5Cl
        ("obelix/0iv.cif", {"P": {4}}),  # Li4P2S6: a P-P bond
        ("obelix/xk3.cif", {"Ge": {4}, "Se": {-2}}),  # Li4GeSe4
        ("obelix/1e9.cif", {"Sb": {3}}),  # Li3SbS3
        ("obelix/lpt.cif", {"Te": {6}, "Sb": {5}}),  # a garnet
        ("obelix/d7f.cif", {"Bi": {5}}),  # Li3BiO4
        ("obelix/x2i.cif", {"Bi": {3}}),  # LiBiO2
        ("obelix/11b.cif", {"P": {-3}}),  # Li3P
        ("obelix/rwr.cif", {"Ge": {4}, "P": {-3}}),  # Li8GeP4
        ("obelix/883.cif", {"Al": {3}, "H": {-1}}),  # LiAlH4
        ("obelix/95j.cif", {"Al": {3}, "H": {-1}}),  # Li3AlH6
        ("obelix/ga9.cif", {"B": {3}, "H": {-1}, "Ce": {3}}),  # LiCe(BH4)3Cl
        ("obelix/tvf.cif", {"H": {1}, "N": {-3}, "I": {-1}}),  # Li3(NH2)2I
        ("obelix/uxo.cif", {"P": {5}, "N": {-3}}),  # a nitride-doped Li3PO4
        ("mp/mp-30228.cif", {"H": {-1}, "N": {-3}}),  # Li4NH, a hydride and nitride
        ("mp/mp-2646976.cif", {"Bi": {-3}}),  # Li3Bi
        ("mp/mp-30959.cif", {"H": {1}, "S": {-2}}),  # LiSH
        ("mp/mp-550320.cif", {"C": {4}}),  # Li4CO4
        ("mp/mp-1210701.cif", {"H": {-1}, "B": {0.818}}),  # Li2B11H11: 9/11 of the cluster
        ("mp/mp-7575.cif", {"Zn": {2}, "N": {-3}}),  # LiZnN
        ("mp/mp-765635.cif", {"Fe": {2}, "P": {5}}),  # LiFePO4
        ("mp/mp-8424.cif", {"Pr": {4}}),  # Li8PrO6
    ],
)
def test_structures_of_others(file, expected):
    found = states(load(shared(f"corpus/{file}")))
    assert {element: found[element] for element in expected} == expected


def test_mixed_valence_is_a_mean_that_balances():
    spinel = Structure.from_spacegroup(
        "Fd-3m:2", Lattice.cubic(8.24), ["Li", "Mn", "O"], [[1 / 8] * 3, [0.5] * 3, [0.2631] * 3]
    )
    crystal = crystal_from_structure(spinel)
    assert states(crystal) == {"Li": {1}, "Mn": {3.5}, "O": {-2}}
    assert crystal.oxidation.imbalance == 0
    assert set(crystal.oxidation.origins.values()) == {"balanced"}


def test_peroxide_and_disulfide_count_their_bonds():
    peroxide = cubic(6.0, ("Ba", (0, 0, 0)), ("O", (0.5, 0.5, 0.5 - 0.1242)), ("O", (0.5, 0.5, 0.5 + 0.1242)))  # O-O 1.49
    assert states(peroxide)["O"] == {-1}
    pyrite = Structure.from_spacegroup("Pa-3", Lattice.cubic(5.416), ["Fe", "S"], [[0, 0, 0], [0.3848] * 3])
    assert states(crystal_from_structure(pyrite)) == {"Fe": {2}, "S": {-1}}


def test_what_the_source_states_wins_and_zeros_say_nothing():
    for material in materials():
        if material.sites:
            crystal = load(material.id)
            if all(one.oxidation is not None for orbit in crystal.orbits for one in orbit.occupants):
                assert set(crystal.oxidation.origins.values()) == {"stated"}
    zeros = Structure(Lattice.cubic(4.08), ["Li0+", "H0+"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert states(crystal_from_structure(zeros)) == {"Li": {1}, "H": {-1}}


def test_the_catalogue_without_its_states_gets_the_same():
    """The rule finds what the records state, wherever a record has whole states."""
    judged = 0
    for material in materials():
        if not material.sites:
            continue
        crystal = load(material.id)
        stated = {
            (number, one.element): one.oxidation for number, orbit in enumerate(crystal.orbits) for one in orbit.occupants
        }
        if any(value is None for value in stated.values()):
            continue
        bare = crystal.structure
        bare.remove_oxidation_states()
        again = crystal_from_structure(bare)
        if not again.oxidation.complete or set(again.oxidation.origins.values()) != {"balanced"}:
            continue
        mean = {}
        for (_, element), value in stated.items():
            mean.setdefault(element, set()).add(value)
        for element, values in states(again).items():
            if element != "C" and "C" not in again.elements:
                assert values == mean[element], (material.id, element)
        judged += 1
    assert judged > 40


def test_nothing_that_balances_is_said():
    crystal = cubic(4.0, ("Li", (0, 0, 0)), ("O", (0.5, 0.5, 0.5)))
    found = find_oxidation_states(crystal)
    assert set(found.origins.values()) == {"assumed"}
    assert found.imbalance == -1
    assert "charge of -1" in found.reason
    alloy = cubic(3.2, ("Li", (0, 0, 0)), ("Au", (0.5, 0.5, 0.5)))
    assert "alloy" in alloy.oxidation.described(alloy)


@pytest.mark.slow
def test_occurrences_of_ions_are_those_of_pymatgen():
    from pymatgen.core.bond_valence import PRIOR_PROB

    known = tuple((ion.symbol, float(ion.oxi_state), float(share)) for ion, share in PRIOR_PROB.items())
    assert _occurrences() == known
