"""What is drawn of a crystal: whole groups, all bonds of a centre, sectors, and of a full cell what matters."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from nitrivac import crystal_from_structure, load
from nitrivac.errors import AddressError, SpecificationError, UnsupportedError
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.report.figures.drawing.binding import binding_of
from nitrivac.report.figures.drawing.crystal_scene import FULL_CELL
from nitrivac.report.figures.drawing.style import VACANT
from nitrivac.report.figures.structure import structure_scene
from nitrivac.vacancies import average_crystal, parse_specification
from tests.elsewhere import shared

BONDED = ["alpha-Li3N", "beta-Li3N", "Li9N2Cl3", "LiPN2", "Li18P6N16", "Li12P3N9", "Li2PO2N", "LiC2N3", "Li3AlN2"]


def key(point):
    return tuple((np.round(point, 4) + 0.0).tolist())


def sites_of(crystal, scene):
    """The site of each ball."""
    frac = scene_frac(crystal, scene)
    apart = frac[:, None] - crystal.frac_coords[None]
    return np.abs(apart - np.round(apart)).max(axis=2).argmin(axis=1)


def scene_frac(crystal, scene):
    return np.array([ball.point for ball in scene.balls]) @ np.linalg.inv(crystal.lattice)


@pytest.mark.parametrize("identifier", BONDED)
def test_every_centre_has_as_many_bonds_as_its_coordination_number(identifier):
    crystal = load(identifier)
    scene = structure_scene(crystal)
    coordination = {one.address: set(one.coordination) for one in coordinations(crystal)}
    bonds = Counter(key(stick.ends[0]) for stick in scene.sticks)
    drawn = {key(ball.point) for ball in scene.balls}
    assert all(key(end) in drawn for stick in scene.sticks for end in stick.ends)
    centres = 0
    for ball, site in zip(scene.balls, sites_of(crystal, scene), strict=True):
        address = crystal.address(crystal.orbits[crystal.orbit_of_site[site]])
        if address in coordination:
            assert bonds[key(ball.point)] in coordination[address]
            centres += 1
    assert centres >= sum(len(orbit.indices) for orbit in crystal.orbits if crystal.address(orbit) in coordination)


def coordinations(crystal):
    """Address and coordination number of every polyhedron of the analysis."""
    found = {}
    for one in analyze_polyhedra(crystal).polyhedra:
        found.setdefault(one.site, []).append(one.coordination)
    return [type("One", (), {"address": site, "coordination": numbers}) for site, numbers in found.items()]


@pytest.mark.parametrize(("identifier", "size"), [("Li18P6N16", 6), ("Li12P3N9", 3), ("alpha-Li10P4N10", 4)])
def test_rings_and_cages_are_drawn_whole(identifier, size):
    crystal = load(identifier)
    binding = binding_of(crystal)
    scene = structure_scene(crystal, only=["P", "N"])
    drawn = Counter(key(ball.point) for ball in scene.balls)
    assert set(drawn.values()) == {1}
    phosphorus_sites = np.concatenate([orbit.indices for orbit in crystal.orbits if orbit.elements == ("P",)]).tolist()
    centres = {site for group in binding.groups for site, _ in group if site in phosphorus_sites}
    assert all(sum(site in centres for site, _ in group) == size for group in binding.groups)
    bonds = Counter(key(stick.ends[0]) for stick in scene.sticks)
    phosphorus = [ball for ball in scene.balls if crystal.orbits[ball.kind].elements == ("P",)]
    assert len(phosphorus) == len(centres)
    for ball in phosphorus:
        assert bonds[key(ball.point)] == 4
    # closed: the nitrogens that join two phosphorus atoms of a group are met from both
    ends = Counter(key(stick.ends[1]) for stick in scene.sticks)
    bridging = sum(number == 2 for number in ends.values())
    assert bridging == len(binding.groups) * {6: 8, 3: 3, 4: 6}[size]


def test_boron_of_a_molecule_and_carbon_of_another_are_bound_to_their_nitrogens():
    for identifier, element, number in (("beta-Li3BN2", "B", 2), ("LiC2N3", "C", 2), ("LiCN", "C", 1)):
        crystal = load(identifier)
        scene = structure_scene(crystal)
        kinds = {number for number, orbit in enumerate(crystal.orbits) if orbit.elements == (element,)}
        bonds = Counter(key(stick.ends[0]) for stick in scene.sticks if scene.layers[stick.layer].shown)
        assert {bonds[key(ball.point)] for ball in scene.balls if ball.kind in kinds} == {number}


def test_sectors_are_the_occupancies():
    beta = load("beta-Li3N")
    refined = average_crystal(beta, parse_specification(beta, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    kinds = {kind.name: kind for kind in structure_scene(refined).kinds}
    assert set(kinds) == {"N@2c: N 94.6 %, vacant 5.4 %", "Li@2b", "Li@4f: Li 91.9 %, vacant 8.1 %"}
    (_, filled), (colour, vacant) = kinds["Li@4f: Li 91.9 %, vacant 8.1 %"].parts
    assert (filled, vacant) == pytest.approx((0.919, 0.081))
    assert colour == VACANT


@pytest.mark.parametrize("identifier", ["Li9N2Cl3", "alpha-Li10P4N10", "Li2.88PO3.73N0.14", "Li5GeN3", "Li6NBr3"])
def test_the_sectors_of_a_ball_add_up(identifier):
    crystal = load(identifier)
    for kind, orbit in zip(structure_scene(crystal).kinds, crystal.orbits, strict=True):
        assert sum(share for _, share in kind.parts) == pytest.approx(1, abs=1e-6)
        assert len(kind.parts) == len(orbit.occupants) + (orbit.vacancy > 1e-6)


def test_sites_of_one_element_have_shades_and_labels():
    scene = structure_scene(load("beta-Li3N"))
    labels = {kind.name: kind.label for kind in scene.kinds}
    assert labels == {"N@2c": "", "Li@2b": "2b", "Li@4f": "4f"}
    assert len({kind.parts for kind in scene.kinds}) == 3


def test_sites_that_cannot_be_told_apart_share_an_entry_of_the_legend():
    crystal = load("Li18P6N16")
    groups = Counter(kind.group for kind in structure_scene(crystal).kinds)
    assert groups["N (8 distinct sites)"] == 8
    assert groups["P1"] == 1


def test_a_full_cell_shows_its_framework_and_what_moves():
    crystal = load("alpha-Li10P4N10")
    assert crystal.n_sites > FULL_CELL
    scene = structure_scene(crystal)
    assert {element for ball in scene.balls for element in crystal.orbits[ball.kind].elements} == {"Li"}
    assert [layer.name for layer in scene.layers if layer.shown] == ["P polyhedra"]
    assert len(scene.faces) == 4 * 32
    assert not scene.sticks
    assert scene.left_out == ""
    everything = structure_scene(crystal, only=["Li", "P", "N"])
    assert len(everything.balls) > crystal.n_sites


def test_a_full_cell_says_what_is_not_drawn():
    garnet = load(shared("corpus/obelix/ipo.cif"))  # Li7La3Hf2O12, 192 sites
    scene = structure_scene(garnet)
    assert [layer.name for layer in scene.layers] == ["Hf polyhedra"]
    assert {garnet.orbits[ball.kind].elements for ball in scene.balls} == {("Li",)}
    assert scene.left_out == "not drawn: La@16e, La@8b"


def test_groups_that_are_no_polyhedra_are_drawn_in_a_full_cell_too():
    linear = crystal_from_structure(load("beta-Li3BN2").structure * (2, 2, 2))
    scene = structure_scene(linear)
    assert linear.n_sites > FULL_CELL
    assert scene.left_out == ""
    assert len(scene.sticks) == 2 * sum("B" in linear.orbits[ball.kind].elements for ball in scene.balls) > 0
    flat = structure_scene(load(shared("corpus/mp/mp-1203033.cif")))  # Li3B8O15: triangles and tetrahedra of oxygen
    assert flat.left_out == ""
    sizes = Counter(len(face.corners) for face in flat.faces)
    assert set(sizes) == {3}


def test_a_full_cell_without_a_framework_shows_its_atoms_without_bonds():
    crystal = crystal_from_structure(load("alpha-Li3N").structure * (3, 3, 3))
    scene = structure_scene(crystal)
    assert len(sites_of(crystal, scene)) >= crystal.n_sites
    assert not scene.sticks


def test_only_what_is_asked_for_is_drawn():
    crystal = load("beta-Li3N")
    scene = structure_scene(crystal, only=["Li@4f"])
    assert {scene.kinds[ball.kind].name for ball in scene.balls} == {"Li@4f"}
    assert scene.left_out == "not drawn: N@2c, Li@2b"
    with pytest.raises(AddressError, match="Li@2b"):
        structure_scene(crystal, only=["Li@8z"])


def test_polyhedra_are_shown_of_the_framework_or_of_what_is_asked_for():
    crystal = load("LiPN2")
    assert {layer.name: layer.shown for layer in structure_scene(crystal).layers} == {
        "Li–N bonds": False, "Li polyhedra": False, "P–N bonds": True, "P polyhedra": True
    }  # fmt: skip
    shown = {layer.name for layer in structure_scene(crystal, centres=["Li"]).layers if layer.shown}
    assert shown == {"Li–N bonds", "Li polyhedra", "P–N bonds"}
    with pytest.raises(SpecificationError, match="there are Li, P"):
        structure_scene(crystal, centres=["Si"])


def test_what_a_hidden_layer_brings_is_hidden_with_it():
    scene = structure_scene(load("LiPN2"))
    shown = {key(ball.point) for ball in scene.shown_balls()}
    assert len(shown) < len(scene.balls)
    for stick in scene.sticks:
        if scene.layers[stick.layer].shown:
            assert {key(end) for end in stick.ends} <= shown


def test_the_framework_is_what_is_bound_by_half_a_valence():
    expected = {"LiPN2": {"P"}, "beta-Li3N": set(), "Li3AlN2": {"Al"}, "beta-Li3PO4": {"P"}, "beta-Li3BN2": {"B"}}
    for identifier, elements in expected.items():
        crystal = load(identifier)
        found = {element for number in binding_of(crystal).framework for element in crystal.orbits[number].elements}
        assert found == elements


def test_a_cell_too_full_to_draw_is_refused():
    crystal = crystal_from_structure(load("alpha-Li3N").structure * (7, 7, 6))
    with pytest.raises(UnsupportedError, match="1176 sites"):
        structure_scene(crystal)
