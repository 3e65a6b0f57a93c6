"""What needs no ionic radius is given without one; a mobile anion has cations as ligands; conductors from the literature."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pymatgen.core.lattice import Lattice
from pymatgen.core.structure import Structure

from nitrivac import load
from nitrivac.crystal import crystal_from_structure
from nitrivac.migration import find_hops
from nitrivac.migration.paths.path import vacancy_path
from nitrivac.polyhedra import analyze_polyhedra
from tests.elsewhere import shared


def fluorite():
    return crystal_from_structure(
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.463), ["Ca", "F"], [[0] * 3, [0.25] * 3])
    )


def test_fluoride_moves_between_calcium():
    """F in CaF2: tetrahedra of four Ca at a sqrt(3)/4, neighbours a/2 apart that share an edge."""
    crystal = fluorite()
    first = next(hop for hop in find_hops(crystal, species="F").hops if not hop.exclusive)
    assert first.distance == pytest.approx(5.463 / 2)
    assert (first.shared, first.shared_anions) == ("edge", ("Ca", "Ca"))
    anions = {one.centre: one for one in analyze_polyhedra(crystal, anions=True).polyhedra}
    assert anions["F"].coordination == 4
    assert anions["F"].distances == pytest.approx([5.463 * 3**0.5 / 4] * 4)


def test_the_profile_of_an_anion_counts_cations():
    crystal = fluorite()
    made = vacancy_path(crystal, find_hops(crystal, species="F"), "h1", images=1, method="linear")
    assert [point.coordination for point in made.profile] == [4, 2, 4]
    assert made.profile[0].bond_valence_sum == pytest.approx(0.97, abs=0.01)
    assert "Altermatt" in made.plain()["bond_valence_parameters"]


@pytest.mark.parametrize("species", ["Li", "Ag"])
def test_an_alloy_has_hops_and_says_why_it_has_no_bottlenecks(species):
    crystal = crystal_from_structure(Structure(Lattice.cubic(3.168), ["Li", "Ag"], [[0] * 3, [0.5] * 3]))  # CsCl type
    network = find_hops(crystal, species=species)
    assert network.hops[0].distance == pytest.approx(3.168)
    assert network.by_distance[2].value == pytest.approx(3.168)
    assert {hop.straight.radius for hop in network.hops} == {None}
    assert network.plain()["hops"][0]["bottleneck_radius_A"] is None
    assert "alloy" in network.plain()["no_bottleneck"]


def test_an_ion_without_a_tabulated_radius_takes_a_given_one():
    """Shannon has no As3-: hops and what they share are there, bottlenecks need --ion-radius."""
    crystal = load(shared("cases/migration/Li3As.cif"))
    network = find_hops(crystal)
    first = network.hops[0]
    assert (first.shared, first.shared_anions) == ("face", ("As", "As", "As"))  # isotypic with beta-Li3N
    assert first.straight.radius is None
    assert "As -3" in network.no_bottleneck
    given = find_hops(crystal, radii={"As": 1.8})
    assert given.no_bottleneck is None
    assert given.hops[0].straight.radius == pytest.approx(first.straight.clearance["As"] - 1.8)


# Ten conductors from the literature, outside the catalogue. Their mobile ions are on positions fixed by symmetry, so that
# distances follow from the cell: setting, cell (a, or a and c), atoms, mobile ion; number of ligands, shortest distance
# between its sites, what their polyhedra share, dimensions spanned at that distance.
CONDUCTORS = {
    # LiI, rock salt: octahedra share edges, a / sqrt(2).
    "LiI": ("Fm-3m", 6.012, {"Li": (0, 0, 0), "I": (0.5, 0.5, 0.5)}, "Li", 6, 6.012 / 2**0.5, "edge", 3),
    # Li2S, antifluorite: tetrahedra share edges, a / 2.
    "Li2S": ("Fm-3m", 5.7158, {"S": (0, 0, 0), "Li": (0.25, 0.25, 0.25)}, "Li", 4, 5.7158 / 2, "edge", 3),
    # alpha-AgI above 420 K: two silver on twelve tetrahedral sites 12d, a / sqrt(8) apart through shared faces.
    "AgI": ("Im-3m", 5.062, {"I": (0, 0, 0), "Ag:1/6": (0.25, 0.5, 0)}, "Ag", 4, 5.062 / 8**0.5, "face", 3),
    # beta-PbF2, fluorite.
    "PbF2": ("Fm-3m", 5.940, {"Pb": (0, 0, 0), "F": (0.25, 0.25, 0.25)}, "F", 4, 5.940 / 2, "edge", 3),
    # LiCoO2: layers of octahedra, a.
    "LiCoO2": ("R-3m", (2.816, 14.05), {"Li": (0, 0, 0.5), "Co": (0, 0, 0), "O": (0, 0, 0.2395)}, "Li", 6, 2.816, "edge", 2),
    # LiMn2O4, spinel: tetrahedra 8a with nothing in common, a sqrt(3) / 4.
    "LiMn2O4": (
        "Fd-3m:2", 8.2476, {"Li": (1 / 8, 1 / 8, 1 / 8), "Mn": (0.5, 0.5, 0.5), "O": (0.2632, 0.2632, 0.2632)},
        "Li", 4, 8.2476 * 3**0.5 / 4, "nothing", 3,
    ),
    # LiTi2(PO4)3, NASICON: octahedra M1 (6b) sqrt(a^2 / 3 + c^2 / 36) apart.
    "LiTi2P3O12": (
        "R-3c", (8.511, 20.843),
        {"Li": (0, 0, 0), "Ti": (0, 0, 0.1419), "P": (0.2903, 0, 0.25), "O": (0.1854, 0.9929, 0.1899),
         "O ": (0.1900, 0.1656, 0.0812)},
        "Li", 6, (8.511**2 / 3 + 20.843**2 / 36) ** 0.5, "nothing", 3,
    ),
    # Li3OBr, antiperovskite: LiO2Br4 octahedra share faces O-Br-Br, a / sqrt(2).
    "Li3OBr": (
        "Pm-3m", 4.02, {"Br": (0, 0, 0), "O": (0.5, 0.5, 0.5), "Li": (0, 0.5, 0.5)},
        "Li", 6, 4.02 / 2**0.5, "face", 3,
    ),
    # Yttria-stabilised zirconia: oxygen in tetrahedra of (Zr,Y), a / 2.
    "YSZ": ("Fm-3m", 5.139, {"Zr:0.84 Y:0.16": (0, 0, 0), "O:0.96": (0.25, 0.25, 0.25)}, "O", 4, 5.139 / 2, "edge", 3),
    # P2-Na0.7CoO2: trigonal prisms 2b and 2d in one layer share faces, a / sqrt(3).
    "NaCoO2": (
        "P6_3/mmc", (2.833, 10.88),
        {"Na:0.25": (0, 0, 0.25), "Na:0.45": (2 / 3, 1 / 3, 0.25), "Co": (0, 0, 0), "O": (1 / 3, 2 / 3, 0.0908)},
        "Na", 6, 2.833 / 3**0.5, "face", 2,
    ),
}  # fmt: skip


def conductor(setting, cell, atoms):
    """The crystal of a row; `Zr:0.84 Y:0.16` are occupancies."""
    lattice = Lattice.cubic(cell) if isinstance(cell, float) else Lattice.hexagonal(*cell)
    species = []
    for name in atoms:
        parts = [part.partition(":") for part in name.split()]
        species.append({element: float(Fraction(share)) if share else 1.0 for element, _, share in parts})
    return crystal_from_structure(Structure.from_spacegroup(setting, lattice, species, list(atoms.values())))


@pytest.mark.parametrize("row", CONDUCTORS.values(), ids=CONDUCTORS)
def test_conductors_from_the_literature(row):
    setting, cell, atoms, species, ligands, distance, shared_by, dimensions = row
    crystal = conductor(setting, cell, atoms)
    assert set(crystal.oxidation.origins.values()) == {"balanced"}
    network = find_hops(crystal, species=species, widest_paths=False)
    first = network.hops[0]
    assert first.distance == pytest.approx(distance, abs=1e-4)
    assert first.shared == shared_by
    values = [one.value for one in network.by_distance]
    assert sum(value is not None and value <= distance + 1e-3 for value in values) == dimensions
    report = analyze_polyhedra(crystal, anions=True)
    assert {one.coordination for one in report.polyhedra if species in one.centre} == {ligands}
