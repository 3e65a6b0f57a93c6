"""Coordination, sharing, frameworks and rings: known structures, ideal lattices, and independence of the cell."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.crystal import crystal_from_structure
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra import analyze_polyhedra

WITH_SITES = [material.id for material in materials() if material.sites]


@pytest.mark.parametrize(
    ("identifier", "coordination"),
    # By hand from the Wyckoff sites and cell; Klatyk (1998) for alpha-Li3N, Beister (1988) for beta-Li3N.
    [
        ("alpha-Li3N", {"Li@1b": 2, "Li@2c": 3}),
        ("beta-Li3N", {"Li@2b": 3, "Li@4f": 4}),
        ("gamma-Li3N", {"Li@4b": 6, "Li@8c": 4}),
        ("LiPN2", {"Li@4b": 4, "P@4a": 4}),
        ("Li2CN2", {"C@2a": 2, "Li@4d": 4}),
        ("alpha-Li3BN2", {"B@2a": 2, "Li@4d": 4, "Li@2b": 2}),
        ("Li2ZrN2", {"Zr@1a": 6, "Li@2d": 4}),
        ("Li3AlN2", {"Al@16c": 4, "Li@48e": 4}),
        ("Li9N2Cl3", {"Li@8c": 4}),
        ("LiC2N3", {"Li@2a": 6, "Li@2e": 4, "C1": 2, "C2": 2}),
    ],
)
def test_coordination_numbers(identifier, coordination):
    report = analyze_polyhedra(load(identifier))
    assert {one.site: one.coordination for one in report.polyhedra} == coordination


def test_lithium_in_li2sin2_has_three_to_five_neighbours():
    report = analyze_polyhedra(load("Li2SiN2"))
    assert {one.coordination for one in report.polyhedra if one.centre == "Li"} <= {3, 4, 5}


def test_distances_and_volume_of_a_regular_tetrahedron():
    crystal = load("Li9N2Cl3")
    (one,) = analyze_polyhedra(crystal).polyhedra
    assert one.distances == pytest.approx([5.39 * np.sqrt(3) / 4] * 4)
    assert one.volume == pytest.approx((5.39 / 2) ** 3 / 3)
    assert one.average


def sharing(identifier):
    report = analyze_polyhedra(load(identifier) if isinstance(identifier, str) else identifier)
    return {(one.start, one.end): (one.corner, one.edge, one.face) for one in report.sharing}


@pytest.mark.parametrize(
    ("identifier", "rows"),
    [
        ("Li9N2Cl3", {("Li@8c", "Li@8c"): (16, 6, 0)}),
        ("Li3AlN2", {("Li@48e", "Li@48e"): (12, 4, 0), ("Li@48e", "Al@16c"): (4, 2, 0), ("Al@16c", "Al@16c"): (4, 0, 0)}),
        ("Li2ZrN2", {("Zr@1a", "Zr@1a"): (0, 6, 0), ("Li@2d", "Li@2d"): (6, 3, 0)}),
        ("Li2CN2", {("Li@4d", "Li@4d"): (4, 4, 0)}),
        ("gamma-Li3N", {("Li@8c", "Li@8c"): (16, 6, 0), ("Li@4b", "Li@4b"): (6, 12, 0), ("Li@4b", "Li@8c"): (24, 0, 8)}),
    ],
)
def test_sharing_of_known_structures(identifier, rows):
    found = sharing(identifier)
    for pair, counts in rows.items():
        assert found[pair] == counts


@pytest.mark.parametrize("identifier", ["Li5SiN3", "Li5GeN3", "Li5TiN3"])
def test_on_average_every_tetrahedron_of_li5mn3_shares_6_edges_and_16_corners(identifier):
    rows = sharing(identifier)
    totals: dict[str, np.ndarray] = {}
    for (start, _), counts in rows.items():
        totals[start] = totals.get(start, np.zeros(3, dtype=int)) + np.array(counts)
    assert {tuple(total) for total in totals.values()} == {(16, 6, 0)}


def ideal(name):  # noqa: PLR0911 - one per lattice
    """Ideal lattices, cation and anion named so that their polyhedra are those of the cations."""
    a = 5.0
    match name:
        case "rock salt":
            return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na+", "Cl-"], [[0, 0, 0], [0.5, 0.5, 0.5]])
        case "antifluorite":
            return Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.6), ["O2-", "Li+"], [[0, 0, 0], [0.25] * 3])
        case "CsCl":
            return Structure.from_spacegroup("Pm-3m", Lattice.cubic(4.1), ["Cs+", "Cl-"], [[0, 0, 0], [0.5] * 3])
        case "rutile":
            return Structure.from_spacegroup(
                "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti4+", "O2-"], [[0, 0, 0], [0.305, 0.305, 0]]
            )
        case "wurtzite":
            return Structure.from_spacegroup(
                "P6_3mc", Lattice.hexagonal(3.11, 4.98), ["Al3+", "N3-"], [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.382]]
            )
        case "NiAs":
            return Structure.from_spacegroup(
                "P6_3/mmc", Lattice.hexagonal(3.42, 5.57), ["Ni2+", "S2-"], [[0, 0, 0], [1 / 3, 2 / 3, 0.25]]
            )
        case "CdI2":
            return Structure.from_spacegroup(
                "P-3m1", Lattice.hexagonal(3.15, 4.77), ["Mg2+", "O2-"], [[0, 0, 0], [1 / 3, 2 / 3, 0.22]]
            )
        case "perovskite":
            sites = [[0.5] * 3, [0, 0, 0], [0.5, 0, 0]]
            return Structure.from_spacegroup("Pm-3m", Lattice.cubic(3.905), ["Sr2+", "Ti4+", "O2-"], sites)
    raise AssertionError(name)


# Per polyhedron: corners, edges, faces (textbook structures).
IDEAL = {
    "rock salt": ("Na", (6, 12, 0)),
    "antifluorite": ("Li", (16, 6, 0)),
    "CsCl": ("Cs", (8, 12, 6)),
    "rutile": ("Ti", (8, 2, 0)),
    "wurtzite": ("Al", (12, 0, 0)),
    "NiAs": ("Ni", (12, 6, 2)),
    "CdI2": ("Mg", (0, 6, 0)),
    "perovskite": ("Ti", (6, 0, 0)),
}


@pytest.mark.parametrize("repeat", [1, 2, 3])
@pytest.mark.parametrize("name", IDEAL)
def test_ideal_lattices_in_every_cell(name, repeat):
    structure = ideal(name)
    structure.make_supercell(repeat)
    crystal = crystal_from_structure(structure)
    element, expected = IDEAL[name]
    orbit = next(orbit for orbit in crystal.orbits if orbit.elements == (element,))
    address = crystal.address(orbit)
    assert sharing(crystal)[address, address] == expected


FRAMEWORKS = {
    # kappa, Q, dimension, separate nets in the cell, name, rings per centre. From the literature; rings by two programs.
    "LiPN2": ("1/2", {4: 1.0}, 3, 1, "network", {6: 2.0}),
    "Li7PN4": ("1/4", {0: 1.0}, 0, 8, "isolated", {}),
    "alpha-Li10P4N10": ("2/5", {3: 1.0}, 0, 8, "adamantane-like cage", {3: 1.0}),
    "Li13P4N10Br3": ("2/5", {3: 1.0}, 0, 8, "adamantane-like cage", {3: 1.0}),
    "Li12P3N9": ("1/3", {2: 1.0}, 0, 4, "dreier ring", {3: 1 / 3}),
    "Li4PN3": ("1/3", {2: 1.0}, 1, 4, "zweier chain", {}),
    "Li18P6N16": ("3/8", {2: 1 / 3, 3: 2 / 3}, 0, 1, "tricyclic group of 6", {3: 1 / 3, 4: 1 / 6}),
    "LiSi2N3": ("2/3", {4: 1.0}, 3, 1, "network", None),
    "LiGe2N3": ("2/3", {4: 1.0}, 3, 1, "network", None),
    "Li2SiN2": ("1/2", {4: 1.0}, 3, 2, "network", None),
    "Li3AlN2": ("1/2", {4: 1.0}, 3, 1, "network", {6: 1.5, 8: 1.5, 10: 1.5}),
    "Li3ScN2": ("1/2", {4: 1.0}, 3, 1, "network", {6: 1.5, 8: 1.5, 10: 1.5}),
    "Li2ZrN2": ("1/2", {6: 1.0}, 2, 1, "layer", None),
    "Li2CN2": ("1/2", {0: 1.0}, 0, 2, "isolated", {}),
    "alpha-Li3BN2": ("1/2", {0: 1.0}, 0, 2, "isolated", {}),
    "Li2PO2N": ("1/3", {2: 1.0}, 1, 2, "zweier chain", {}),
    "gamma-Li7VN4": ("1/4", {0: 1.0}, 0, 8, "isolated", {}),
    "Li6MoN4": ("1/4", {0: 1.0}, 0, 2, "isolated", {}),
}


@pytest.mark.parametrize("identifier", FRAMEWORKS)
def test_frameworks_of_known_structures(identifier):
    kappa, q, dimension, nets, name, rings = FRAMEWORKS[identifier]
    (found,) = analyze_polyhedra(load(identifier)).frameworks
    assert found.kappa == Fraction(kappa)
    assert found.q == pytest.approx(q, abs=1e-5)
    assert (found.dimension, found.nets, found.name) == (dimension, nets, name)
    if rings is not None:
        assert found.rings == pytest.approx(rings, abs=1e-5)


@pytest.mark.parametrize(
    ("identifier", "formula", "bridging", "terminal"),
    [
        ("alpha-Li10P4N10", "P4N10", {2: 1.5}, 1.0),
        ("Li18P6N16", "P6N16", {2: 8 / 6}, 8 / 6),
        ("LiSi2N3", "Si2N3", {2: 0.5, 3: 1.0}, 0.0),
    ],
)
def test_bridging_and_terminal_anions(identifier, formula, bridging, terminal):
    (found,) = analyze_polyhedra(load(identifier)).frameworks
    assert found.formula == formula
    assert found.bridging == pytest.approx(bridging, abs=1e-5)
    assert found.terminal == pytest.approx(terminal, abs=1e-5)


@pytest.mark.parametrize("identifier", ["LiPN2", "Li12P3N9", "Li4PN3", "Li3AlN2", "alpha-Li3N", "beta-Li3N"])
def test_results_do_not_depend_on_cell_or_origin(identifier):
    def signature(crystal):
        report = analyze_polyhedra(crystal)
        sites = sum(len(orbit.indices) for orbit in crystal.orbits)
        polyhedra = sorted((one.centre, one.coordination, round(one.kept, 3)) for one in report.polyhedra)
        weights = {crystal.address(orbit): len(orbit.indices) for orbit in crystal.orbits}
        shared = sum(np.array([one.corner, one.edge, one.face]) * weights[one.start] for one in report.sharing) / sites
        nets = [
            (one.kappa, tuple(one.q.items()), one.dimension, tuple(one.rings.items()), one.name) for one in report.frameworks
        ]
        return polyhedra, np.round(shared, 6).tolist(), nets

    crystal = load(identifier)
    expected = signature(crystal)
    moved = crystal.structure
    moved.translate_sites(range(len(moved)), [0.17, 0.31, 0.43])
    assert signature(crystal_from_structure(moved)) == expected
    assert signature(crystal_from_structure(crystal.structure.get_primitive_structure())) == expected
    bigger = crystal.structure
    bigger.make_supercell([1, 1, 2] if len(bigger) > 40 else [2, 1, 1])
    assert signature(crystal_from_structure(bigger)) == expected


@pytest.mark.parametrize("identifier", ["LiPN2", "Li12P3N9", "Li3AlN2", "Li7PN4", "beta-Li3N"])
def test_small_displacements_change_no_topology(identifier):
    crystal = load(identifier)
    structure = crystal.structure
    structure.perturb(0.02)
    shaken = analyze_polyhedra(crystal_from_structure(structure))
    still = analyze_polyhedra(crystal)
    assert {one.coordination for one in shaken.polyhedra} == {one.coordination for one in still.polyhedra}
    assert [(one.kappa, one.q, one.dimension) for one in shaken.frameworks] == [
        (one.kappa, one.q, one.dimension) for one in still.frameworks
    ]


@pytest.mark.parametrize("identifier", WITH_SITES)
def test_the_cutoffs_lie_in_a_gap_for_every_covalent_centre(identifier):
    for one in analyze_polyhedra(load(identifier)).polyhedra:
        if one.centre in ("P", "Si", "B", "Al", "Ge", "Ga", "V", "Nb", "Ta", "Mo", "W") and one.margin is not None:
            assert one.margin > 1.0, (one.site, one.kept, one.dropped)


def test_an_unclear_shell_is_called_ambiguous():
    shells = {one.site: one for one in analyze_polyhedra(load("Li8SeN2")).polyhedra}
    assert any(one.is_ambiguous for one in shells.values())


def test_mixed_and_partial_sites_are_called_averages():
    report = analyze_polyhedra(load("Li5SiN3"))
    assert all(one.average for one in report.polyhedra if one.centre == "Li/Si")
    assert report.frameworks[0].average
    assert report.frameworks[0].formula == "(Li/Si)N2"
    assert not any(one.average for one in analyze_polyhedra(load("LiPN2")).polyhedra)


@pytest.mark.parametrize(
    ("identifier", "centres"), [("beta-Li3N", ["P"]), ("LiPN2", ["N"]), ("LiPN2", ["Xx"]), ("LiC6N4", ["C"])]
)
def test_centres_that_make_no_framework_are_refused_by_name(identifier, centres):
    with pytest.raises(UnsupportedError, match=centres[0] if centres != ["C"] else "carbon"):
        analyze_polyhedra(load(identifier), centres=centres)


def test_the_lithium_sublattice_is_a_framework_when_asked_for():
    (found,) = analyze_polyhedra(load("Li2ZrN2"), centres=["Li"]).frameworks
    assert found.dimension == 2
    assert found.directions == ("(001)",)


def test_a_crystal_without_anions_has_no_polyhedra():
    metal = Structure(Lattice.cubic(3.5), ["Li", "Li"], [[0, 0, 0], [0.5] * 3])
    with pytest.raises(UnsupportedError, match="no anions"):
        analyze_polyhedra(crystal_from_structure(metal))


def test_a_sheet_of_tetrahedra_is_a_layer_of_sechser_rings():
    # The ideal sheet of the mica silicates, Si2O5: as many centres and bridges as the honeycomb layers of Li5P2N5.
    a, height = 5.2, 0.55
    lattice = Lattice.hexagonal(a, 14)
    thirds = [(1 / 3, 2 / 3), (2 / 3, 1 / 3)]
    centres = [(x, y, height / 14) for x, y in thirds]
    bridges = [(0.5, 0, 0), (0, 0.5, 0), (0.5, 0.5, 0)]
    tips = [(x, y, (height + 1.6) / 14) for x, y in thirds]
    sheet = Structure(lattice, ["Si"] * 2 + ["O"] * 5, [*centres, *bridges, *tips])
    for repeat in (1, 2):
        sheet.make_supercell([repeat, 1, 1])
        (found,) = analyze_polyhedra(crystal_from_structure(sheet)).frameworks
        assert found.name == "layer of sechser rings"
        assert (found.kappa, found.q, found.dimension, found.directions) == (Fraction(2, 5), {3: 1.0}, 2, ("(001)",))
        assert (found.net, found.rings) == ("hcb", {6: 0.5})
        assert found.terminal == 1


@pytest.mark.parametrize("identifier", ["LiPN2", "Li7PN4", "LiCN"])
def test_summaries_do_not_need_each_polyhedron(identifier):
    whole, brief = (analyze_polyhedra(load(identifier), each=each) for each in (True, False))
    assert whole.polyhedra
    assert not brief.polyhedra
    assert (brief.summary, brief.frameworks, brief.molecules) == (whole.summary, whole.frameworks, whole.molecules)
