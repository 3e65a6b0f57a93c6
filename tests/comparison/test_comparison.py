"""Structure against property: which value stands for a compound, its geometry, ranks and how far to believe them."""

from __future__ import annotations

import csv
import io
import json
from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau, spearmanr

from nitrivac import load, materials
from nitrivac.catalog import Measurement, get_material
from nitrivac.comparison import choose_measurement, compare
from nitrivac.comparison.correlation import MIN_POINTS, Correlation, holm, kendall_rows, rank_correlation, spearman_rows
from nitrivac.comparison.descriptors import NUMBERS, describe
from nitrivac.comparison.measurement import measured_values
from nitrivac.comparison.result import Comparison
from nitrivac.errors import OutputError, UnknownMaterialError
from nitrivac.migration import find_hops
from nitrivac.report.figures.comparison import comparison_figure, descriptors_in_order
from nitrivac.report.page import comparison_files
from nitrivac.report.page.comparison_files import write_comparison
from tests.report.figures.labels import overlapping


@pytest.fixture(scope="module")
def everything():
    return compare()


@pytest.mark.parametrize(
    ("identifier", "sigma", "temperature", "energy"),
    [
        ("alpha-Li3N", 1.5e-3, 300.0, 0.29),
        ("beta-Li3N-vacancy-rich-refined", 2.14e-3, 298.15, 0.371),
        ("Li9N2Cl3", 2.3e-6, 298.15, 0.495),
        ("Li2CN2", 4.6e-10, 298.15, 0.601),
        ("Li5NI2", 1e-7, 298.15, 0.5),
    ],
)
def test_the_rule_chooses(identifier, sigma, temperature, energy):
    chosen = choose_measurement(get_material(identifier))
    assert (chosen.sigma_S_cm, chosen.temperature_K, chosen.activation_energy_eV) == (sigma, temperature, energy)


def test_the_others_say_why_not():
    reasons = {(one.sigma, one.reason) for one in measured_values(get_material("alpha-Li3N"))}
    assert reasons == {
        (1.2e-3, "one direction of a single crystal"),
        (1e-5, "one direction of a single crystal"),
        (1.5e-3, ""),
        (6e-3, "doped"),
        (1e-7, "from the text, not a table"),
        (1e-3, "from the text, not a table"),
    }
    assert [one.reason for one in measured_values(get_material("Li2CN2"))] == ["", "later in the record", "amorphous"]


def test_one_value_is_chosen_wherever_one_may_be():
    for material in materials():
        known = measured_values(material)
        assert sum(one.chosen for one in known) == (choose_measurement(material) is not None)
        assert all(bool(one.reason) != one.chosen for one in known)
        assert len(known) == sum(one.sigma_S_cm is not None for one in material.measurements)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([None, "~"]), st.floats(200, 400)), max_size=6))
def test_an_extrapolated_value_stands_only_where_there_is_no_other(cases):
    measurements = tuple(
        Measurement(
            sigma_S_cm=1e-5,
            footnote="extrapolated to 25 C" if far else None,
            table=1 if printed else None,
            sigma_qualifier=sign,
            temperature_K=temperature,
        )
        for far, printed, sign, temperature in cases
    )
    record = get_material("beta-Li3N").from_dict(get_material("beta-Li3N").as_dict() | {"measurements": []})
    chosen = choose_measurement(_with(record, measurements))
    if not cases:
        assert chosen is None
        return
    assert (chosen.footnote is not None) == all(far for far, *_ in cases)
    alike = [
        one
        for one in measurements
        if (one.footnote, one.table, one.sigma_qualifier) == (chosen.footnote, chosen.table, chosen.sigma_qualifier)
    ]
    assert abs(chosen.temperature_K - 298.15) == min(abs(one.temperature_K - 298.15) for one in alike)


def _with(record, measurements):
    import msgspec

    return msgspec.structs.replace(record, measurements=measurements)


def test_geometry_of_alpha_lithium_nitride():
    found = describe(load("alpha-Li3N"))
    assert found.shortest_hop == pytest.approx(3.648 / np.sqrt(3), abs=1e-3)
    assert found.percolating_1d == found.shortest_hop
    assert found.percolating_3d == pytest.approx(2.862, abs=1e-3)
    assert found.dimension == 2
    assert found.vacancy_fraction == 0
    assert found.framework is found.kappa is None
    assert found.lithium_density == pytest.approx(3000 / load("alpha-Li3N").volume)


def test_partly_occupied_neighbours_count_with_their_occupancy():
    full, refined = describe(load("beta-Li3N")), describe(load("beta-Li3N-vacancy-rich-refined"))
    assert refined.shortest_hop == full.shortest_hop
    assert refined.vacancy_fraction == pytest.approx(0.054)  # 8.1 % of four sites of six
    assert 0.9 < refined.corners / full.corners < 1
    assert 0.919**2 < refined.faces / full.faces < 1


@pytest.mark.parametrize(
    ("identifier", "kappa", "coordination", "q", "extension"),
    [
        ("Li7PN4", Fraction(1, 4), "4", "Q0", 0),
        ("Li18P6N16", Fraction(3, 8), "4", "Q2 33% Q3 67%", 0),
        ("LiSi2N3", Fraction(2, 3), "4", "Q4", 3),
        ("Li2CN2", None, "2", "Q0", 0),
    ],
)
def test_condensation_is_that_of_tetrahedra(identifier, kappa, coordination, q, extension):
    found = describe(load(identifier))
    assert (found.kappa, found.coordination, found.q, found.extension) == (kappa, coordination, q, extension)


def test_a_framework_on_mixed_sites_has_no_condensation():
    found = describe(load("Li5SiN3"))
    assert found.mixed
    assert found.kappa is None


def test_every_compound_is_compared_or_left_out_with_a_reason(everything):
    known = {one.id for one in everything.compounds} | {one.id for one in everything.left_out}
    assert known == {material.id for material in materials()}
    assert len(everything.compounds) == 21
    assert all(one.reason for one in everything.left_out)
    assert not {one.id for one in everything.compounds} & {one.id for one in everything.left_out}
    for one in everything.compounds:
        assert get_material(one.id).sites
        assert any(measurement.sigma_S_cm for measurement in get_material(one.id).measurements)


def test_the_rows_repeat_what_the_parts_find(everything):
    row = next(row for row in everything.rows() if row["id"] == "LiPN2")
    network = find_hops(load("LiPN2"))
    assert row["percolating_3d_A"] == pytest.approx(network.by_distance[2].value, abs=1e-4)
    assert row["bottleneck_3d_A"] == pytest.approx(network.by_radius[2].value, abs=1e-4)
    assert (row["kappa"], row["q"], row["extension"]) == ("1/2", "Q4", 3)
    assert row["grade"] == "B"
    assert row["extrapolated"] is True


def test_one_structure_with_and_without_vacancies_is_no_two_points(everything):
    assert {frozenset(group) for group in everything.alike} == {
        frozenset({"beta-Li3N", "beta-Li3N-vacancy-rich-refined"}),
        frozenset({"Li9N2Cl3", "Li9N2Cl3-vacancy-rich"}),
    }
    words = " ".join(everything.caveats())
    for word in ("21 points are few", "24 correlations", "not alike", "Li9N2Cl3-vacancy-rich", "no barrier"):
        assert word in words


def test_correlations_agree_with_scipy_and_say_how_sure_they_are(everything):
    assert len(everything.correlations) == 2 * len(NUMBERS)
    for one in everything.correlations:
        pairs = [(compound.value(one.descriptor), compound.value(one.target)) for compound in everything.compounds]
        x, y = zip(*[pair for pair in pairs if None not in pair], strict=True)
        assert one.n == len(x)
        assert one.spearman == pytest.approx(spearmanr(x, y).statistic)
        assert one.kendall == pytest.approx(kendalltau(x, y).statistic)
        assert one.spearman_interval[0] <= one.spearman <= one.spearman_interval[1]
        assert one.spearman_p <= one.spearman_p_holm <= 1
    assert {one.n for one in everything.correlations if one.descriptor == "kappa"} == {8}


def test_the_comparison_is_repeatable_and_comes_back_from_its_document(everything):
    document = json.loads(json.dumps(everything.as_dict(), allow_nan=False))
    assert Comparison.from_dict(document) == everything
    first = everything.correlations[0]
    pairs = [(one.value(first.descriptor), one.value(first.target)) for one in everything.compounds]
    again = rank_correlation(first.target, first.descriptor, *zip(*pairs, strict=True))
    assert again.spearman_interval == first.spearman_interval
    assert again.spearman_p == first.spearman_p


def test_p_values_are_those_of_all_pairings():
    x, y = np.arange(8.0), np.array([1.0, 0, 2, 4, 3, 5, 7, 6])
    observed = spearmanr(x, y).statistic
    some = np.array(list(permutations(range(8))))
    exact = (np.abs(spearman_rows(np.broadcast_to(x, some.shape), y[some])) >= abs(observed) - 1e-9).mean()
    found = rank_correlation("t", "d", x, y)
    assert found.spearman_p == pytest.approx(exact, abs=3e-3)


def test_unrelated_numbers_are_called_so_about_as_often_as_promised():
    random = np.random.default_rng(1)
    samples = random.normal(size=(60, 2, 20))
    found = [rank_correlation("t", "d", x, y, seed=3) for x, y in samples]
    inside = np.mean([one.spearman_interval[0] <= 0 <= one.spearman_interval[1] for one in found])
    assert inside > 0.85
    assert np.mean([one.spearman_p < 0.05 for one in found]) < 0.15


@given(st.integers(0, 10**6), st.integers(3, 12))
def test_rows_of_pairs_agree_with_scipy_with_ties(seed, number):
    random = np.random.default_rng(seed)
    x, y = random.integers(0, 4, size=(2, 5, number)).astype(float)
    for row in range(5):
        if np.ptp(x[row]) and np.ptp(y[row]):
            assert spearman_rows(x, y)[row] == pytest.approx(spearmanr(x[row], y[row]).statistic)
            assert kendall_rows(x, y)[row] == pytest.approx(kendalltau(x[row], y[row]).statistic)
        else:
            assert np.isnan(spearman_rows(x, y)[row])
            assert np.isnan(kendall_rows(x, y)[row])


def test_too_few_or_constant_values_have_no_correlation():
    few = np.arange(float(MIN_POINTS - 1))
    assert rank_correlation("t", "d", few, few).spearman is None
    many = np.arange(float(MIN_POINTS))
    assert rank_correlation("t", "d", many, np.ones(MIN_POINTS)).spearman is None
    assert rank_correlation("t", "d", many, many).spearman == pytest.approx(1)


def test_holm_is_the_textbook_correction():
    found = [Correlation(target="t", descriptor="d", n=9, spearman_p=p) for p in (0.01, 0.04, 0.03, 0.005)]
    assert [one.spearman_p_holm for one in holm(found)] == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([Correlation(target="t", descriptor="d", n=2)])[0].spearman_p_holm is None


def test_the_surest_correlation_is_drawn_first(everything):
    order = descriptors_in_order(everything)
    assert sorted(order) == sorted(NUMBERS)
    least = {name: min(one.spearman_p for one in everything.correlations if one.descriptor == name) for name in order}
    assert list(least.values()) == sorted(least.values())


def test_each_figure_can_be_read_by_itself(everything):
    for name in descriptors_in_order(everything):
        figure = comparison_figure(everything, name)
        assert overlapping(figure) == []
        for axes in figure.axes:
            assert axes.get_xlabel() == NUMBERS[name]
            assert axes.get_ylabel()
            assert axes.get_title().startswith("n = ")
            assert len(axes.texts) > 0.6 * len(axes.lines)  # names of compounds


def test_the_command_writes_tables_figure_and_data(nitrivac, tmp_path):
    outcome = nitrivac("compare", "--family", "nitridophosphate", "-o", tmp_path / "out", "--json")
    assert outcome.code == 0
    assert [one["id"] for one in outcome.json["compounds"]] == [
        "Li7PN4", "Li18P6N16", "Li13P4N10Br3", "LiPN2", "Li13P4N10Cl3",
    ]  # fmt: skip
    assert {one["id"]: one["reason"] for one in outcome.json["left_out"]}["beta-Li10P4N10"] == "no structure (unresolved)"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    tables = {"compounds.csv", "measurements.csv", "correlations.csv", "left_out.csv"}
    figures = sorted(names - tables - {"comparison.json"})
    assert sorted(name.split("-")[2].partition(".")[0] for name in figures[::2]) == sorted(NUMBERS)
    assert [name[:14] for name in figures[::2]] == [f"comparison-{number:02}-" for number in range(1, len(NUMBERS) + 1)]
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out" / "compounds.csv").read_text(encoding="utf-8"))))
    assert [row["id"] for row in rows] == [one["id"] for one in outcome.json["compounds"]]
    document = json.loads((tmp_path / "out" / "comparison.json").read_text(encoding="utf-8"))
    assert Comparison.from_dict(document).plain() == outcome.json
    assert (tmp_path / "out" / figures[0]).read_bytes().startswith(b"\x89PNG")
    svg = (tmp_path / "out" / figures[1]).read_text(encoding="utf-8")
    assert "<title>Li7PN4\nshortest hop (Å): 2.1" in svg
    again = nitrivac("compare", "--family", "nitridophosphate", "-o", tmp_path / "out")
    assert again.code == 2
    assert "--force" in again.err


def test_without_matplotlib_the_rest_is_written_and_said(nitrivac, tmp_path, monkeypatch):
    monkeypatch.setattr(comparison_files, "DRAWS", False)
    outcome = nitrivac("compare", "--family", "sulfide", "-o", tmp_path / "out")
    assert outcome.code == 0
    assert 'pip install "nitrivac[report]"' in outcome.err
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv", ".json"}
    assert "too few" in outcome.out


def test_a_family_without_both_says_what_is_left_out(nitrivac):
    outcome = nitrivac("compare", "--family", "LiPON")
    assert outcome.code == 0
    assert "No compound has both" in outcome.out
    assert "LiPSON" in outcome.out


def test_an_unknown_family_is_an_error_that_lists_them(nitrivac):
    outcome = nitrivac("compare", "--family", "perovskite")
    assert outcome.code == 2
    assert "nitridophosphate" in outcome.err
    with pytest.raises(UnknownMaterialError):
        compare("perovskite")


def test_tables_fit_a_terminal(everything, capsys):
    from rich.console import Console

    from nitrivac.report.terminal.comparison import comparison_report

    Console(width=80, highlight=False).print(comparison_report(everything))
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80
    assert "…" not in printed
    for word in ("Measured", "Ways of lithium", "p Holm", "beta-Li3N-vacancy-rich-refined"):
        assert word in printed


def test_nothing_is_written_over(everything, tmp_path, monkeypatch):
    monkeypatch.setattr(comparison_files, "DRAWS", False)
    (tmp_path / "left_out.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="--force"):
        write_comparison(everything, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["left_out.csv"]
