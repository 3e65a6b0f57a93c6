"""Agreement with other programs where they give the same quantity: CrystalNN and robocrystallographer."""

from __future__ import annotations

import pytest

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.errors import UnsupportedError
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.polyhedra.second_opinion import crystalnn_coordination

ORDERED = [one.id for one in materials() if one.sites and load(one.id).is_ordered]

# Where CrystalNN differs: long bonds to a halide or selenide beside short ones to nitrogen, and one Li-N of 2.66 angstrom.
# It leaves out what is far; the number of ligands within the table's cutoffs is larger.
LONG_BONDS = {
    "Li6NBr3-24e-ordered": {"Li@24e"},
    "Li4NCl": {"Li2"},
    "Li5NCl2-ordered": {"Li2"},
    "Li6NI3": {"Li@24e"},
    "Li7N2I": {"Li@48f"},
    "Li7N2I-Cm": {"Li2", "Li3", "Li4", "Li5", "Li6", "Li8", "Li9"},
    "Li8SeN2": {"Li2", "Li@8b"},
    "Li18P6N16": {"Li9"},
    "Li13P4N10Br3": {"Li@48i"},
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("identifier", ORDERED)
def test_crystalnn_finds_the_same_coordination(identifier):
    pytest.importorskip("pymatgen.analysis.local_env")
    crystal = load(identifier)
    ours = {one.site: one.coordination for one in analyze_polyhedra(crystal).polyhedra}
    theirs = crystalnn_coordination(crystal)
    assert theirs.keys() == ours.keys()
    different = {site for site in ours if ours[site] != theirs[site]}
    assert different == LONG_BONDS.get(identifier, set())
    assert all(ours[site] > theirs[site] for site in different)


def test_a_disordered_crystal_has_no_second_opinion():
    with pytest.raises(UnsupportedError, match=r"disordered|pymatgen"):
        crystalnn_coordination(load("Li9N2Cl3"))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "identifier", ["alpha-Li3N", "beta-Li3N", "LiPN2", "Li7PN4", "Li3AlN2", "Li2ZrN2", "LiSi2N3", "alpha-Li7VN4"]
)
def test_robocrystallographer_counts_the_same_neighbours(identifier):
    site = pytest.importorskip("robocrys.condense.site")
    from pymatgen.analysis.local_env import CrystalNN

    crystal = load(identifier)
    structure = crystal.structure
    structure.add_oxidation_state_by_element(dict(crystal.oxidation.means))
    sites = site.SiteAnalyzer(CrystalNN().get_bonded_structure(structure), use_symmetry_equivalent_sites=False)
    report = analyze_polyhedra(crystal)
    for one in report.polyhedra:
        index = int(crystal.find(one.site).indices[0])
        met = sites.get_site_summary(index).get("nnn", {})
        rows = [row for row in report.sharing if row.start == one.site]
        for kind in ("corner", "edge", "face"):
            assert sum(getattr(row, kind) for row in rows) == len(met.get(kind, ())), (one.site, kind)
