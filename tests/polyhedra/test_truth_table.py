"""Every row of the table of polyhedral facts (`tests/data/polyhedra_truth.json`) that the catalogue can build.

The facts are by hand from Wyckoff sites, from abstracts of the structure papers, or from two independent programs.
"""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest

from nitrivac import load
from nitrivac.polyhedra import analyze_polyhedra

TRUTH = {
    name: row
    for name, row in json.loads((Path(__file__).parents[1] / "data/polyhedra_truth.json").read_text("utf-8")).items()
    if name != "_note"
}

# The rows' names for the catalogue's entries; rows without coordinates in the literature have none.
ENTRIES = {
    "Li10P4N10": ("alpha-Li10P4N10",),
    "Li7VN4 (alpha, beta, gamma), Li7NbN4, Li7TaN4": ("alpha-Li7VN4", "beta-Li7VN4", "gamma-Li7VN4", "Li7NbN4", "Li7TaN4"),
    "Li6MoN4, Li6WN4": ("Li6MoN4", "Li6WN4"),
    "antifluorite ideal (Li9N2Cl3, Li5SiN3, Li2.5N0.5S0.5 averages)": ("Li9N2Cl3",),  # the others below
    "Li5P2N5": (),
}
ROWS = [(name, entry) for name in TRUTH for entry in ENTRIES.get(name, (name,))]
CENTRES = {"T": ("V", "Nb", "Ta", "Mo", "W"), "X": ("N", "Cl", "S")}


@cache
def report(entry):
    return analyze_polyhedra(load(entry), anions=True)


def cases(key):
    return [pytest.param(name, entry, id=entry) for name, entry in ROWS if key in TRUTH[name]]


def elements(name):
    return CENTRES.get(name.split()[0], (name.split()[0],))


@pytest.mark.parametrize(("name", "entry"), cases("cn"))
def test_coordination_numbers(name, entry):
    for element, expected in TRUTH[name]["cn"].items():
        # Orbits of one element with several numbers have their shares of the sites.
        found: dict[int, int] = {}
        for one in report(entry).polyhedra:
            if set(one.centre.split("/")) & set(elements(element)):
                found[one.coordination] = found.get(one.coordination, 0) + one.multiplicity
        shares = {str(number): count / sum(found.values()) for number, count in found.items()}
        assert shares == pytest.approx(expected if isinstance(expected, dict) else {str(expected): 1.0}, abs=1e-5)


@pytest.mark.parametrize(("name", "entry"), cases("net"))
def test_frameworks(name, entry):
    expected = TRUTH[name]["net"]
    (found,) = report(entry).frameworks
    assert float(found.kappa) == pytest.approx(expected["kappa"], abs=1e-5)
    assert found.dimension == expected["rank"]
    assert Fraction(found.kappa).limit_denominator(10) == found.kappa
    if "Q" in expected:
        assert found.q == pytest.approx({int(n): share for n, share in expected["Q"].items()})
    if "rings" in expected:
        assert found.rings == pytest.approx({int(n): count for n, count in expected["rings"].items()}, abs=1e-5)
    if "copies" in expected:
        assert found.nets == expected["copies"]
    if "name" in expected:
        assert found.net == expected["name"]


@pytest.mark.parametrize(("name", "entry"), cases("sharing"))
def test_sharing(name, entry):
    for element, expected in TRUTH[name]["sharing"].items():
        rows = [
            one
            for one in report(entry).sharing_by_element
            if set(one.start.split("/")) & set(elements(element)) and set(one.end.split("/")) & set(elements(element))
        ]
        found = {kind: sum(getattr(one, kind) for one in rows) for kind in ("corner", "edge", "face")}
        assert found == pytest.approx({"corner": 0, "edge": 0, "face": 0} | expected)


def test_lithium_between_the_tetrahedra_of_an_antifluorite_shares_their_faces():
    # Li2.5N0.5S0.5: the row of the antifluorites holds for the tetrahedra; the rest of the lithium sits in octahedra.
    rows = {(one.start, one.end): (one.corner, one.edge, one.face) for one in report("Li2.5N0.5S0.5").sharing}
    assert rows["Li@8c", "Li@8c"] == (16, 6, 0)
    assert rows["Li@4b", "Li@8c"] == (24, 0, 8)


@pytest.mark.parametrize(("name", "entry"), cases("shape"))
def test_shapes(name, entry):
    words = {"trigonal prism capped on all 5 faces": "pentacapped trigonal prism", "tetrahedron, 1 short": "tetrahedron"}
    found = {one.site.replace("@", " "): one.shape for one in report(entry).polyhedra}
    found |= {one.centre: one.shape for one in report(entry).polyhedra if one.is_anion}
    for site, stated in TRUTH[name]["shape"].items():
        expected = next((word for start, word in words.items() if stated.startswith(start)), stated)
        assert found[site] == expected


@pytest.mark.parametrize(
    ("entry", "sequence", "net"),
    [
        ("LiPN2", (4, 12, 24, 42, 64, 92), "dia"),
        ("Li3AlN2", (4, 12, 27, 49, 77, 109), "gsi"),
        ("Li3GaN2", (4, 12, 27, 49, 77, 109), "gsi"),
        ("Li3ScN2", (4, 12, 27, 49, 77, 109), "gsi"),
        ("LiSi2N3", (7, 22, 49, 84, 131, 188), "osf"),
        ("LiGe2N3", (7, 22, 49, 84, 131, 188), "osf"),
        ("Li2SiN2", (4, 6, 12, 18, 36, 48), "dia-a"),
    ],
)
def test_coordination_sequences_in_the_published_cell(entry, sequence, net):
    (found,) = report(entry).frameworks
    assert found.sequences == (sequence,)
    assert found.net == net


@pytest.mark.parametrize(
    ("entry", "anion", "meets"),
    [
        ("LiPN2", "N", {"P": 2, "Li": 2}),
        ("Li7PN4", "N", {"P": 1, "Li": 7}),
        ("Li3AlN2", "N", {"Al": 2, "Li": 6}),
        ("Li2ZrN2", "N", {"Zr": 3, "Li": 4}),
        ("alpha-Li3BN2", "N", {"B": 1, "Li": 5}),
        ("beta-Li3BN2", "N", {"B": 1, "Li": 6}),
        ("alpha-Li7VN4", "N", {"V": 1, "Li": 7}),
        ("Li6MoN4", "N", {"Mo": 1, "Li": 6}),
        ("alpha-Li3N", "N", {"Li": 8}),
        ("beta-Li3N", "N", {"Li": 11}),
    ],
)
def test_polyhedra_that_meet_at_an_anion(entry, anion, meets):
    (found,) = (one for one in report(entry).summary if one.centre == anion)
    assert found.meets == pytest.approx(meets)


def test_silicon_sites_of_lithium_disilicon_trinitride_join_two_and_three():
    # N[3] and N[2] in the ratio 2:1
    (found,) = report("LiSi2N3").frameworks
    assert found.roles == {"N": pytest.approx({2: 1 / 3, 3: 2 / 3}, abs=1e-5)}


def test_lithium_tetrahedra_of_lithium_disilicon_trinitride_make_zigzag_chains():
    (lithium,) = analyze_polyhedra(load("LiSi2N3"), centres=["Li"]).frameworks
    assert lithium.dimension == 1
    (shared,) = (one for one in report("LiSi2N3").sharing_by_element if (one.start, one.end) == ("Li", "Li"))
    assert (shared.corner, shared.edge, shared.face) == (2, 0, 0)


def test_what_the_review_says_otherwise():
    # The review writes of BN4 tetrahedra; the structures have linear BN2 (H. Yamane et al. 1986: 179.12(4) degrees).
    (alpha,) = report("alpha-Li3BN2").molecules
    (beta,) = report("beta-Li3BN2").molecules
    assert alpha.name == beta.name == "linear NBN"
    assert alpha.angles == (180.0, 180.0)
    assert beta.angles[0] == pytest.approx(179.12, abs=0.6)
    assert beta.bonds["B-N"] == pytest.approx((1.3361, 1.3393), abs=0.015)
