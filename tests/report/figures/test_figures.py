"""The figures show the numbers, with units, and are the same bytes each time."""

from __future__ import annotations

import html
import io
import re

import matplotlib.image
import numpy as np
import pytest

from nitrivac import crystal_from_structure, get_material, load
from nitrivac.errors import SpecificationError, UnsupportedError
from nitrivac.migration import find_hops
from nitrivac.migration.paths.path import vacancy_path
from nitrivac.report.figures import (
    conductivity_figure,
    configurations_figure,
    figure_bytes,
    hops_figure,
    hops_scene,
    percolation_figure,
    profile_figure,
    structure_figure,
)
from nitrivac.report.figures.conductivity import BOLTZMANN_EV_K, arrhenius_series
from nitrivac.report.figures.drawing.names import name_points
from nitrivac.report.figures.drawing.pointing import pointed
from nitrivac.report.figures.drawing.style import HOP_COLOURS
from nitrivac.report.figures.export import figure_fragment, figure_page
from nitrivac.report.figures.hops import drawn_pairs, hop_colours, shown_hops
from nitrivac.report.figures.percolation import staircase
from nitrivac.vacancies import ConfigurationSpace, average_crystal, parse_specification, plan_supercells
from nitrivac.vacancies.choosing.energy_landscape import energy_landscape
from tests.elsewhere import shared
from tests.report.figures.labels import overlapping


def titles(figure):
    """What a figure says where it is pointed at, in order."""
    return [
        html.unescape(one) for one in re.findall(r"<title>(.*?)</title>", figure_bytes(figure, "svg").decode(), re.DOTALL)
    ]


@pytest.fixture(scope="module")
def alpha():
    return load("alpha-Li3N")


@pytest.fixture(scope="module")
def network(alpha):
    return find_hops(alpha)


@pytest.fixture(scope="module")
def space():
    beta = load("beta-Li3N")
    targets = parse_specification(beta, ["Li@4f=3/16", "N@2c=1/8"])
    average = average_crystal(beta, targets)
    return ConfigurationSpace(crystal=average, plan=plan_supercells(average, targets, supercell=np.diag([2, 2, 1]))[0])


@pytest.fixture(scope="module")
def path(alpha, network):
    return vacancy_path(alpha, network, "h1", images=5, method="linear")


def test_the_stairs_of_alpha_rise_where_its_hops_percolate(network):
    by_length, by_radius = percolation_figure(network).axes
    x, y = (np.asarray(values) for values in by_length.lines[0].get_data())
    assert x[1:-1] == pytest.approx([2.1062, 2.8618], abs=1e-4)
    assert y.tolist() == [0, 2, 3, 3]
    assert by_length.get_xlabel() == "longest hop allowed (Å)"
    x, y = (np.asarray(values) for values in by_radius.lines[0].get_data())
    # Straight along c past three N at a/sqrt(3), then 1b-1b in its layer, then 2c-2c in the layer, each less the 1.46 of N.
    assert x[1:-1] == pytest.approx([3.648 / np.sqrt(3) - 1.46, 3.875 / 2 - 1.46, 3.648 / 2 - 1.46], abs=1e-3)
    assert y.tolist() == [0, 1, 2, 3, 3]
    low, high = by_radius.get_xlim()
    assert low > high  # the narrower a passage may be, the more hops there are
    assert "Å" in by_radius.get_xlabel()
    ticks = [line.get_gid() for line in by_length.lines if line.get_gid()]
    assert ticks[:2] == ["pointed: h1: 2.1062 Å", "pointed: h2: 2.8618 Å"]


def test_the_stairs_of_split_pairs_are_on_the_figure():
    network = find_hops(load(shared("cases/migration/LLZO.cif")))
    assert network.by_distance[2].value < min(hop.distance for hop in network.hops if not hop.exclusive)
    for axes, thresholds in zip(percolation_figure(network).axes, (network.by_distance, network.by_radius), strict=True):
        low, high = sorted(axes.get_xlim())
        assert all(low < one.value < high for one in thresholds)


def test_stairs_that_never_rise_are_level():
    network = find_hops(load("alpha-Li3N"), max_distance=2.0)
    assert staircase(network.by_distance, 1.0, 3.0) == ([1.0, 3.0], [0, 0])
    assert len(percolation_figure(network).axes) == 2


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "beta-Li3N", "Li9N2Cl3", "LiPN2", "alpha-Li10P4N10"])
def test_every_pair_of_a_class_is_drawn_and_as_long_as_it_is(identifier):
    crystal = load(identifier)
    network = find_hops(crystal)
    for hop in network.hops:
        pairs = drawn_pairs(crystal, network, hop)
        cells = set()
        for (first, one), (second, two) in pairs:
            vector = crystal.frac_coords[second] + two - crystal.frac_coords[first] - one
            assert np.linalg.norm(vector @ crystal.lattice) == pytest.approx(hop.distance, abs=1e-6)
            apart = tuple(b - a for a, b in zip(one, two, strict=True))
            cells.add(min((first, second, apart), (second, first, tuple(-step for step in apart))))
        assert len(cells) == hop.multiplicity


def test_hops_are_coloured_by_class_alike_in_all_figures(alpha, network):
    assert [hop.id for hop in shown_hops(network)] == ["h1", "h2"]
    assert hop_colours(network) == {"h1": HOP_COLOURS[0], "h2": HOP_COLOURS[1]}
    named = {layer.name: layer for layer in hops_scene(alpha, network).layers}
    assert named["h1: Li@2c - Li@2c, 2.106 Å"].colour == HOP_COLOURS[0]
    assert named["h2: Li@1b - Li@2c, 2.862 Å"].shown
    assert not named["h3: Li@1b - Li@1b, 3.648 Å"].shown
    texts = [text.get_text() for axes in hops_figure(alpha, network).axes for text in axes.texts]
    assert [text for text in texts if text.startswith("h")] == ["h1: Li@2c - Li@2c, 2.106 Å", "h2: Li@1b - Li@2c, 2.862 Å"]


def test_the_ends_of_hops_that_are_not_seen_are_not_drawn_either(alpha, network):
    scene = hops_scene(alpha, network)
    for ball in scene.balls:
        if ball.layers:
            ends = [end for stick in scene.sticks if stick.layer in ball.layers for end in stick.ends]
            assert np.linalg.norm(np.array(ends) - ball.point, axis=1).min() < 1e-9
    inside = [ball for ball in scene.balls if not ball.layers]
    assert len(inside) == 8 + 4 + 4  # N at the corners, Li@1b on four edges, two Li@2c below and two above


def test_classes_beyond_the_colours_are_grey_and_counted():
    structure = load("alpha-Li3N").structure * (2, 2, 1)
    structure.perturb(0.02, seed=1)
    crystal = crystal_from_structure(structure)
    network = find_hops(crystal)
    shown = shown_hops(network)
    assert len(shown) > len(HOP_COLOURS)
    layers = hops_scene(crystal, network).layers
    assert any(
        layer.name == f"{len(shown) - len(HOP_COLOURS)} more classes, to {shown[-1].distance:.3f} Å" for layer in layers
    )


def test_split_sites_are_drawn_since_they_join_what_the_hops_span():
    crystal = load("alpha-Li10P4N10")
    names = [layer.name for layer in hops_scene(crystal, find_hops(crystal)).layers]
    assert "split pair: Li@32e - Li@32e, 1.515 Å" in names


def test_a_profile_shows_the_path(path):
    figure = profile_figure(path)
    nearest, coordination, valence, clearance = figure.axes
    by_name = {line.get_label(): line.get_ydata() for line in nearest.lines}
    assert by_name["to N"] == pytest.approx([point.nearest["N"] for point in path.profile])
    assert coordination.lines[0].get_ydata() == pytest.approx([point.coordination for point in path.profile])
    assert valence.lines[0].get_ydata() == pytest.approx([point.bond_valence_sum for point in path.profile])
    assert clearance.lines[0].get_ydata() == pytest.approx([point.clearance for point in path.profile])
    assert clearance.lines[0].get_xdata()[-1] == pytest.approx(2.1062, abs=1e-4)
    assert [axes.get_ylabel() for axes in figure.axes] == [
        "nearest (Å)", "coordination", "BVS (v.u.)", "free radius (Å)"
    ]  # fmt: skip
    assert clearance.get_xlabel() == "distance along the path (Å)"
    words = titles(figure)
    assert len(words) == 5 * len(path.profile)
    assert words[0] == f"to Li: {path.profile[0].nearest['Li']:.4g}\nat 0.000 Å"


def test_a_small_space_is_shown_whole(space):
    landscape = energy_landscape(space)
    assert landscape.whole
    assert len(landscape.energies) == landscape.count == 70
    assert landscape.degeneracies.sum() == landscape.total == 4480
    assert landscape.energies[0] == pytest.approx(-438.1894, abs=1e-4)
    axes = configurations_figure(landscape).axes[0]
    assert axes.get_xlabel() == "energy above the lowest (meV/atom)"
    offsets = np.asarray(axes.collections[0].get_offsets())
    assert offsets[0] == pytest.approx([0.0, 48])
    assert [label.get_text() for label in axes.get_yticklabels()] == ["16", "48", "96"]
    degeneracies = [int(words.split()[1]) for words in titles(configurations_figure(landscape))]
    assert degeneracies == landscape.degeneracies.tolist()


def test_a_large_space_is_sampled_and_says_so(space):
    landscape = energy_landscape(space, listed=10, sampled=40, seed=7)
    assert not landscape.whole
    assert len(landscape.energies) == 40
    assert landscape.energies.min() >= -438.1895
    figure = configurations_figure(landscape, lowest=-438.1894)
    assert "40 drawn uniformly (seed 7)" in figure.axes[0].get_title()
    heights = [patch.get_height() for patch in figure.axes[0].patches]
    assert sum(heights) == 40
    assert sum(int(words.split()[0]) for words in titles(figure)) == 40


def test_measurements_stand_where_they_were_measured():
    material = get_material("alpha-Li3N")
    series = arrhenius_series(material)
    assert [(one.temperature, one.conductivity) for one in series][:2] == [(300, 0.0012), (300, 1e-5)]
    assert [one.is_open for one in series] == [False, False, False, False, True, True]
    (first, last) = series[0].line[[0, -1]]
    energy = -BOLTZMANN_EV_K * np.log(last[0] * last[1] / (first[0] * first[1])) / (1 / last[0] - 1 / first[0])
    assert energy == pytest.approx(0.29)
    assert np.interp(300, *series[0].line.T) == pytest.approx(0.0012)
    assert "Ea 0.29 eV" in series[0].words.replace("\u00a0", " ")
    assert "ref. 26 in Li et al. 2025" in series[0].name.replace("\u00a0", " ")


@pytest.mark.parametrize("identifier", ["alpha-Li3N", "Li9N2Cl3", "LiPN2", "Li6NBr3"])
def test_the_lines_of_an_arrhenius_plot_have_the_printed_energies_as_slopes(identifier):
    material = get_material(identifier)
    series = arrhenius_series(material)
    axes = conductivity_figure(material).axes[0]
    assert axes.get_xlabel() == "1000/T (1/K)"
    assert axes.get_ylabel() == "log$_{10}$ (σT / S K cm$^{-1}$)"
    points = [line for line in axes.lines if line.get_marker() != "None"]
    lines = [line for line in axes.lines if line.get_marker() == "None"]
    for one, point in zip(series, points, strict=True):
        ((x, y),) = point.get_xydata()
        assert 1000 / x == pytest.approx(one.temperature)
        assert 10**y / one.temperature == pytest.approx(one.conductivity)
    extrapolated = [(one, point) for one, point in zip(series, points, strict=True) if one.activation_energy is not None]
    for (one, point), line in zip(extrapolated, lines, strict=True):
        assert line.is_dashed()
        x, y = line.get_data()
        assert np.interp(point.get_xdata()[0], x[::-1], y[::-1]) == pytest.approx(point.get_ydata()[0])
        slopes = np.diff(y) / np.diff(x)  # of log10(σT) over 1000/T: a straight line
        assert slopes == pytest.approx(np.full(len(slopes), -one.activation_energy / (1000 * BOLTZMANN_EV_K * np.log(10))))


def test_an_arrhenius_plot_says_what_is_extrapolated_and_has_degrees():
    figure = conductivity_figure(get_material("Li6NBr3"))
    texts = [text.get_text().replace("\u00a0", " ").replace("\n", " ") for text in figure.legends[0].get_texts()]
    assert texts == [
        "Li6NBr3, Hartwig et al. 1979; $E_a$ 0.46 eV; σ extrapolated by the source",
        "extrapolated with the $E_a$ beside, ±40 K",
    ]
    axes = figure.axes[0]
    assert axes.lines[-1].get_markerfacecolor() == "white"
    (upper,) = axes.child_axes
    ticks = zip(upper.get_xticks(), upper.get_xticklabels(), strict=True)
    assert all(1000 / place - 273.15 == pytest.approx(float(label.get_text())) for place, label in ticks)
    assert upper.get_xlabel() == "T (°C)"


def test_where_no_line_is_drawn_the_conductivity_itself_is_shown():
    figure = conductivity_figure(get_material("LiPON"))
    assert figure.axes[0].get_ylabel() == "log$_{10}$ (σ / S cm$^{-1}$)"
    assert len(figure.legends[0].get_texts()) == len(figure.axes[0].lines) == 1


def test_a_misprint_is_no_point():
    material = get_material("Li2.9PO3.3N0.46")
    assert [one.sigma_S_cm for one in material.measurements] == [3.3e-6, 3.3e-5]
    assert [one.conductivity for one in arrhenius_series(material)] == [3.3e-6]


def test_a_record_without_measurements_has_no_arrhenius_plot():
    with pytest.raises(UnsupportedError, match="gamma-Li3N"):
        conductivity_figure(get_material("gamma-Li3N"))


@pytest.mark.parametrize(("file_format", "magic"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-1.")])
def test_files_are_what_they_are_called_and_repeat_themselves(network, file_format, magic):
    first, second = (figure_bytes(percolation_figure(network), file_format) for _ in range(2))
    assert first.startswith(magic)
    assert first == second


def test_vector_files_carry_their_fonts_and_no_date(network):
    pdf = figure_bytes(percolation_figure(network), "pdf")
    assert b"/FontFile2" in pdf
    assert b"/Type3" not in pdf
    assert b"CreationDate" not in pdf
    svg = figure_bytes(percolation_figure(network), "svg")
    assert b"<text" not in svg  # outlines: no font is needed
    assert b"dc:date" not in svg


def test_the_style_of_the_user_changes_nothing(network):
    import matplotlib as mpl

    expected = figure_bytes(percolation_figure(network), "svg")
    with mpl.rc_context({"font.size": 20, "axes.grid": True}):
        assert figure_bytes(percolation_figure(network), "svg") == expected


def test_a_png_is_not_blank(alpha):
    image = matplotlib.image.imread(io.BytesIO(figure_bytes(structure_figure(alpha), "png")))
    assert len(np.unique(image.reshape(-1, image.shape[2]), axis=0)) > 50


def test_another_format_is_refused(network):
    with pytest.raises(SpecificationError, match="png, svg, pdf"):
        figure_bytes(percolation_figure(network), "gif")


def test_pages_need_no_network_and_repeat_themselves(network):
    fragment = figure_fragment(percolation_figure(network), "percolation", "stairs of <alpha>")
    page = figure_page(fragment, "alpha-Li3N <&>")
    assert page == figure_page(
        figure_fragment(percolation_figure(network), "percolation", "stairs of <alpha>"), "alpha-Li3N <&>"
    )
    assert "<title>alpha-Li3N &lt;&amp;&gt;</title>" in page
    assert 'aria-label="stairs of &lt;alpha&gt;"' in page
    assert "http" not in page
    assert len(page) < 100_000


def test_the_parts_of_a_drawing_have_ids_of_their_own(network):
    fragment = figure_fragment(percolation_figure(network), "percolation", "stairs")
    ids = re.findall(r'\bid="([^"]+)"', fragment)
    assert ids[0] == "percolation"
    assert all(one.startswith("percolation-") for one in ids[1:])
    used = re.findall(r'(?:href="|url\()#([^")]+)', fragment)
    assert used
    assert set(used) <= set(ids)


def test_what_is_pointed_at_says_its_words():
    from matplotlib.figure import Figure

    figure = Figure()
    axes = figure.subplots()
    pointed(axes.plot([0, 1], [0, 1])[0], 'a <b> & "c"\nd')
    pointed(axes.plot([0, 0.5, 1], [1, 2, 3], marker="o")[0], "one", "two", "three")
    pointed(axes.vlines([0.2, 0.4], 0, 1), "left", "right")
    assert titles(figure) == ['a <b> & "c"\nd', "one", "two", "three", "left", "right"]
    assert "pointed: " not in figure_bytes(figure, "svg").decode()


def test_names_beside_points_overlap_nothing():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3, 2), layout="constrained")
    axes = figure.subplots()
    places = [(0.0, 0.0), (0.05, 0.0), (0.1, 0.0), (1.0, 1.0), (1.0, 1.0)]
    axes.plot(*zip(*places, strict=True), "o")
    name_points(axes, places, [f"name {number}" for number in range(5)])
    written = [text.get_text() for text in axes.texts]
    assert 2 < len(written) < 5  # the last two would stand in the same place
    assert overlapping(figure) == []
