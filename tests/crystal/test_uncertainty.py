"""Standard uncertainties of distances: against formulas derived by hand and against files with each parameter moved."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import yaml

from nitrivac import load
from nitrivac.catalog import get_material, to_dict
from nitrivac.crystal.distances import shortest_distances
from nitrivac.crystal.model import Crystal
from nitrivac.errors import RecordError
from nitrivac.io.writers import crystal_text
from nitrivac.migration import find_hops
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.uncertain_number import number_with_uncertainty, parsed_uncertainty, same_digits
from nitrivac.vacancies.average import average_crystal
from nitrivac.vacancies.specification import parse_specification

A, C, Z = 3.552, 6.311, 0.57723
SIGMA_A, SIGMA_C, SIGMA_Z = 0.002, 0.003, 0.00012


def cif(path, group, cell, sites, name="made.cif"):
    """A CIF of a cell (six texts) and sites (label, element, x, y, z as texts)."""
    tags = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines = ["data_made", f"_space_group_name_H-M_alt '{group}'"]
    lines += [f"_cell_{tag} {value}" for tag, value in zip(tags, cell, strict=True)]
    lines += ["loop_", *(f"_atom_site_{tag}" for tag in ("label", "type_symbol", "fract_x", "fract_y", "fract_z"))]
    lines += [" ".join(site) for site in sites]
    target = path / name
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return target


@pytest.fixture
def beta(tmp_path):
    """Li3N of the Na3As type, hexagonal, with one free coordinate."""
    return cif(
        tmp_path,
        "P 63/m m c",
        ("3.552(2)", "3.552(2)", "6.311(3)", "90", "90", "120"),
        [
            ("N1", "N", "0.333333", "0.666667", "0.25"),
            ("Li1", "Li", "0", "0", "0.25"),
            ("Li2", "Li", "0.333333", "0.666667", "0.57723(12)"),
        ],
    )


def test_a_distance_between_fixed_positions_has_the_share_of_the_cell_alone(beta):
    # In the plane, a / sqrt(3): a and b are one parameter.
    polyhedra = {one.site: one for one in analyze_polyhedra(load(beta)).polyhedra}
    found = polyhedra["Li@2b"]
    assert found.distances[:3] == pytest.approx([A / math.sqrt(3)] * 3, abs=1e-5)
    assert found.distances_su[:3] == pytest.approx([SIGMA_A / math.sqrt(3)] * 3)


def test_cell_and_coordinate_add_as_squares(beta):
    # Along the axis, c (z - 1/4).
    polyhedra = {one.site: one for one in analyze_polyhedra(load(beta)).polyhedra}
    found = polyhedra["Li@4f"]
    axial = np.isclose(found.distances, C * (Z - 0.25), atol=1e-4)
    assert axial.sum() == 1
    expected = math.hypot((Z - 0.25) * SIGMA_C, C * SIGMA_Z)
    assert np.array(found.distances_su)[axial] == pytest.approx([expected], rel=1e-3)


def test_two_images_of_one_site_move_together(beta):
    # Across the mirror, c (3/2 - 2 z): twice the coordinate's share, not the square root of two times it.
    hop = find_hops(load(beta)).hop("h1")
    assert hop.distance == pytest.approx(C * (1.5 - 2 * Z), abs=1e-4)
    assert hop.distance_su == pytest.approx(math.hypot((1.5 - 2 * Z) * SIGMA_C, 2 * C * SIGMA_Z), rel=1e-3)


def test_translated_sites_have_the_share_of_the_axis(beta):
    crystal = load(beta)
    site = int(crystal.find("Li@4f").indices[0])
    images = [[1, 0, 0], [1, 1, 0], [0, 0, 1]]
    found = crystal.distance_uncertainties([site] * 3, [site] * 3, images)
    assert found == pytest.approx([SIGMA_A, SIGMA_A, SIGMA_C])


def test_the_dumbbell_of_pyrite(tmp_path):
    # S2 in Pa-3: sqrt(3) a (1 - 2 u).
    u, a, sigma_u, sigma_a = 0.38504, 5.4166, 5e-5, 4e-4
    path = cif(
        tmp_path,
        "P a -3",
        ("5.4166(4)",) * 3 + ("90",) * 3,
        [("Fe1", "Fe", "0", "0", "0"), ("S1", "S", "0.38504(5)", "0.38504(5)", "0.38504(5)")],
    )
    found = shortest_distances(load(path))
    assert found.by_pair["S-S"] == pytest.approx(math.sqrt(3) * a * (1 - 2 * u), abs=1e-4)
    expected = math.sqrt(3) * math.hypot((1 - 2 * u) * sigma_a, 2 * a * sigma_u)
    assert found.by_pair_su["S-S"] == pytest.approx(expected, rel=1e-6)


# Group, cell and sites as functions of the free parameters; parameters as (value, uncertainty).
MODELS = {
    "monoclinic": (
        "P 1 21/c 1",
        lambda p: (p["a"], p["b"], p["c"], "90", p["beta"], "90"),
        {"a": (5.312, 3e-3), "b": (7.104, 2e-3), "c": (6.421, 5e-3), "beta": (103.4, 4e-2)},
        {"Li1": ("Li", ("x1", "y1", "z1")), "N1": ("N", ("x2", "y2", "z2"))},
        {
            "x1": (0.1312, 4e-4),
            "y1": (0.2207, 3e-4),
            "z1": (0.0903, 6e-4),
            "x2": (0.3705, 2e-4),
            "y2": (0.0412, 1e-4),
            "z2": (0.3309, 2e-4),
        },
    ),
    "triclinic": (
        "P -1",
        lambda p: (p["a"], p["b"], p["c"], p["alpha"], p["beta"], p["gamma"]),
        {
            "a": (5.312, 3e-3),
            "b": (6.104, 2e-3),
            "c": (6.421, 5e-3),
            "alpha": (98.2, 3e-2),
            "beta": (103.4, 4e-2),
            "gamma": (95.1, 2e-2),
        },
        {"Li1": ("Li", ("x1", "y1", "z1")), "N1": ("N", ("x2", "y2", "z2"))},
        {
            "x1": (0.1312, 4e-4),
            "y1": (0.2207, 3e-4),
            "z1": (0.0903, 6e-4),
            "x2": (0.3705, 2e-4),
            "y2": (0.0412, 1e-4),
            "z2": (0.3309, 2e-4),
        },
    ),
    "rhombohedral axes": (
        "R -3 c :R",
        lambda p: (p["a"],) * 3 + (p["alpha"],) * 3,
        {"a": (5.31, 3e-3), "alpha": (57.3, 2e-2)},
        {"Li1": ("Li", ("x1", "x1", "x1")), "N1": ("N", ("x2", "y2", "z2"))},
        {"x1": (0.12, 4e-4), "x2": (0.37, 2e-4), "y2": (0.08, 1e-4), "z2": (0.21, 3e-4)},
    ),
    "hexagonal, x and 2x": (
        "P 63/m m c",
        lambda p: (p["a"], p["a"], p["c"], "90", "90", "120"),
        {"a": (6.31, 3e-3), "c": (7.02, 2e-3)},
        {"Li1": ("Li", ("x1", "2*x1", "z1")), "N1": ("N", ("x2", "2*x2", "0.25"))},
        {"x1": (0.162, 4e-4), "z1": (0.061, 5e-4), "x2": (0.523, 2e-4)},
    ),
    "tetragonal, x and x": (
        "P 41 21 2",
        lambda p: (p["a"], p["a"], p["c"], "90", "90", "90"),
        {"a": (5.01, 3e-3), "c": (8.02, 2e-3)},
        {"Li1": ("Li", ("x1", "x1", "0")), "N1": ("N", ("x2", "y2", "z2"))},
        {"x1": (0.31, 4e-4), "x2": (0.21, 2e-4), "y2": (0.05, 3e-4), "z2": (0.19, 2e-4)},
    ),
}


def _written(model, tmp_path, moved=None):
    group, cell, cell_parameters, sites, coordinates = model
    values = {name: value for name, (value, _) in (cell_parameters | coordinates).items()}
    if moved:
        name, amount = moved
        values[name] += amount

    def text(expression, *, stated):
        if expression[0].isdigit() and "*" not in expression:
            return expression
        factor, _, name = expression.rpartition("*")
        value, sigma = values[name] * float(factor or 1), (cell_parameters | coordinates)[name][1] * float(factor or 1)
        return same_digits(round(value, 6), sigma, 6) if stated else f"{value:.10f}"

    stated = moved is None
    names = {name: text(name, stated=stated) for name in cell_parameters}
    rows = [(label, element, *(text(one, stated=stated) for one in xyz)) for label, (element, xyz) in sites.items()]
    return cif(tmp_path, group, cell(names), rows, name=f"{'moved' if moved else 'stated'}.cif")


@pytest.mark.parametrize("name", list(MODELS))
def test_it_is_what_moving_each_free_parameter_gives(name, tmp_path):
    """Files in which one parameter at a time, and all that depends on it, is moved: no formula is shared."""
    model = MODELS[name]
    crystal = load(_written(model, tmp_path))
    from nitrivac.neighbours import neighbour_pairs

    pairs = neighbour_pairs(crystal.lattice, crystal.frac_coords, 6.0)
    found = crystal.propagation.distances(pairs.centres, pairs.neighbours, pairs.images)
    next_pair = np.flatnonzero(pairs.centres[1:] == pairs.centres[:-1])[::7]  # two neighbours of one site make an angle
    corners, both = pairs.centres[next_pair], np.stack([next_pair, next_pair + 1], axis=1)
    ends, images = pairs.neighbours[both], pairs.images[both]
    found_angles = crystal.propagation.angles(corners, ends, images)

    def points_of(other):
        offsets = other.frac_coords - crystal.frac_coords
        return crystal.frac_coords + offsets - np.round(offsets)

    def lengths(other):
        points = points_of(other)
        return np.linalg.norm((points[pairs.neighbours] + pairs.images - points[pairs.centres]) @ other.lattice, axis=1)

    def angles(other):
        points = points_of(other)
        one, two = np.moveaxis((points[ends] + images - points[corners][:, None]) @ other.lattice, 1, 0)
        return np.degrees(np.arctan2(np.linalg.norm(np.cross(one, two), axis=1), (one * two).sum(axis=1)))

    variance, variance_of_angles = np.zeros(len(found)), np.zeros(len(found_angles))
    for parameter, (_, sigma) in (model[2] | model[4]).items():
        moved = [load(_written(model, tmp_path, (parameter, sign * sigma / 10))) for sign in (1, -1)]
        variance += (5 * (lengths(moved[0]) - lengths(moved[1]))) ** 2
        variance_of_angles += (5 * (angles(moved[0]) - angles(moved[1]))) ** 2
    assert len(found) > 50
    assert found == pytest.approx(np.sqrt(variance), rel=2e-3, abs=1e-6)
    bent = (angles(crystal) > 1) & (angles(crystal) < 179)
    free = bent & (variance_of_angles > 1e-10)
    assert free.sum() > 5
    assert found_angles[free] == pytest.approx(np.sqrt(variance_of_angles[free]), rel=2e-3, abs=1e-5)
    assert np.isnan(found_angles[bent & ~free]).all()


def test_an_uncertainty_that_is_not_stated_is_not_made_up(tmp_path):
    cell = ("5.4166(4)",) * 3 + ("90",) * 3
    path = cif(tmp_path, "P a -3", cell, [("Fe1", "Fe", "0", "0", "0"), ("S1", "S", "0.385", "0.385", "0.385")])
    found = shortest_distances(load(path))
    assert set(found.by_pair_su) == {"Fe-Fe"}  # it depends on the cell alone
    assert found.texts() == ["Fe-Fe 3.8301(3)", "Fe-S 2.2638", "S-S 2.1578"]


def test_the_site_that_fixes_the_origin_of_a_polar_group_is_exact(tmp_path):
    sites = [("Zn1", "Zn", "0.333333", "0.666667", "0"), ("O1", "O", "0.333333", "0.666667", "0.3819(1)")]
    path = cif(tmp_path, "P 63 m c", ("3.2495(1)", "3.2495(1)", "5.2069(2)", "90", "90", "120"), sites)
    polyhedra = analyze_polyhedra(load(path)).polyhedra[0]
    axial = np.isclose(polyhedra.distances, 0.3819 * 5.2069, atol=1e-4)
    assert np.array(polyhedra.distances_su)[axial] == pytest.approx([math.hypot(0.3819 * 2e-4, 5.2069 * 1e-4)])


def test_a_source_without_uncertainties_has_none(beta):
    text = beta.read_text(encoding="utf-8").replace("(2)", "").replace("(3)", "").replace("(12)", "")
    beta.write_text(text, encoding="utf-8")
    crystal = load(beta)
    assert crystal.uncertainties is None
    hop = find_hops(crystal).hop("h1")
    assert (hop.distance_su, hop.distance_text) == (None, f"{hop.distance:.4f}")


def test_files_and_documents_carry_them_on(beta, tmp_path):
    crystal = load(beta)
    target = tmp_path / "again.cif"
    target.write_text(crystal_text(crystal, "cif"), encoding="utf-8")
    text = target.read_text(encoding="utf-8")
    assert "_cell_length_a 3.552(2)" in text
    assert " 0.57723(12) " in text
    volume = math.sqrt(3) / 2 * A**2 * C
    expected = volume * math.hypot(2 * SIGMA_A / A, SIGMA_C / C)
    assert f"_cell_volume {number_with_uncertainty(volume, expected, 4)}\n" in text
    for again in (load(target), Crystal.from_dict(json.loads(json.dumps(crystal.as_dict())))):
        assert again.uncertainties.cell == pytest.approx(crystal.uncertainties.cell)
        assert again.uncertainties.coordinates["Li2"] == pytest.approx((0, 0, SIGMA_Z))


def test_an_average_structure_keeps_them(beta):
    crystal = load(beta)
    average = average_crystal(crystal, parse_specification(crystal, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    assert " 0.57723(12) " in crystal_text(average, "cif")


def test_a_coordinate_moved_onto_its_position_keeps_its_uncertainty(tmp_path):
    sites = [("Na1", "Na", "0", "0", "0"), ("N1", "N", "0.2201(3)", "0.4400(5)", "0.25")]
    path = cif(tmp_path, "P 63/m m c", ("6.31", "6.31", "7.02", "90", "90", "120"), sites)
    again = tmp_path / "again.cif"
    again.write_text(crystal_text(load(path), "cif"), encoding="utf-8")
    assert load(again).uncertainties.coordinates["N1"] == pytest.approx((3e-4, 5e-4, 0))


def test_commands_print_them(beta, nitrivac):
    assert "2.1807(18)" in nitrivac("hops", beta).out
    document = json.loads(nitrivac("hops", beta, "--json").out)
    assert (document["hops"][0]["distance_A"], document["hops"][0]["distance_A_su"]) == (2.1807, 0.0018)
    assert find_hops(load(beta)).rows()[0]["distance_A_su"] == 0.0018
    shown = nitrivac("verify", beta)
    assert "Li-N 2.0507(12)" in shown.out
    document = json.loads(nitrivac("verify", beta, "--json").out)[0]
    assert document["min_distance_A_su"]["Li-N"] == pytest.approx(SIGMA_A / math.sqrt(3))
    assert "2.0507(12)" in nitrivac("polyhedra", beta).out
    row = next(one for one in json.loads(nitrivac("polyhedra", beta, "--json").out)["polyhedra"] if one["site"] == "Li@2b")
    assert row["distances_A_su"][0] == 0.0012


@pytest.mark.parametrize(
    ("value", "uncertainty", "text"),
    [
        (2.1803, 0.005, "2.180(5)"),
        (2.1803, 0.0012, "2.1803(12)"),
        (2.1803, 0.00196, "2.180(2)"),
        (2.1803, 0.00194, "2.1803(19)"),
        (2.1803, 0.0095, "2.180(10)"),
        (12.34, 1.4, "12.3(14)"),
        (1234.5, 3.0, "1235(3)" if f"{1234.5:.0f}" == "1235" else "1234(3)"),
        (2.1803, None, "2.1803"),
        (2.1803, 0.0, "2.1803"),
        (2.1803, math.nan, "2.1803"),
    ],
)
def test_numbers_are_written_as_the_journals_ask(value, uncertainty, text):
    assert number_with_uncertainty(value, uncertainty, 4) == text


@pytest.mark.parametrize(
    ("text", "uncertainty"),
    [("0.0834(2)", 2e-4), ("12(1)", 1), ("-.25(15)", 0.15), ("0.25", 0), ("1.5e-2(3)", 3e-3), ("?", 0), ("x(2)", 0)],
)
def test_uncertainties_are_read_as_cif_writes_them(text, uncertainty):
    assert parsed_uncertainty(text) == pytest.approx(uncertainty)


@pytest.mark.parametrize("text", ["0.0834(2)", "3.66225(4)", "12(1)", "0.5000(12)", "90.0(3)"])
def test_a_number_of_a_file_is_written_as_it_was(text):
    assert same_digits(float(text.partition("(")[0]), parsed_uncertainty(text), 6) == text


def test_records_take_them(tmp_path):
    record = to_dict(get_material("beta-Li3N")) | {"id": "mine"}
    record["lattice"] |= {"su": {"a": SIGMA_A, "b": SIGMA_A, "c": SIGMA_C}}
    record["sites"][2]["xyz"] = ["1/3", "2/3", "0.57723(12)"]
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(record), encoding="utf-8")
    assert find_hops(load(path)).hop("h1").distance_text == "2.1807(18)"


def test_a_record_with_an_impossible_uncertainty_is_refused(tmp_path):
    record = to_dict(get_material("beta-Li3N")) | {"id": "mine"}
    record["lattice"] |= {"su": {"a": -0.1}}
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(record), encoding="utf-8")
    with pytest.raises(RecordError, match=r"lattice\.su\.a: -0\.1"):
        load(path)


def test_a_published_cell_keeps_its_uncertainty(nitrivac):
    assert "3.66225(4), 3.66225(4), 19.7718(4) Å" in nitrivac("show", "Li4NCl").out
