"""Barriers as descriptors: the height of the easiest way, and their rank beside geometry on the same compounds."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from nitrivac import compare, load
from nitrivac.comparison.barriers import on_same_compounds, percolating_barriers
from nitrivac.migration.diffusion.stated_barriers import read_barrier_file, read_barrier_files

PLANE = {"hop": "h1", "forward_eV": 0.05, "backward_eV": 0.05, "distance_A": 2.106, "converged": True}
ACROSS = {"hop": "h2", "forward_eV": 1.1, "backward_eV": 0.1, "distance_A": 2.862, "converged": True}
ALONG = {"hop": "h6", "forward_eV": 0.7, "backward_eV": 0.7, "distance_A": 3.875, "converged": True}
CALCULATOR = {"name": "model", "version": "1"}


def written(path, *rows, source="alpha-Li3N"):
    path.write_text(json.dumps({"source": source, "calculator": CALCULATOR, "barriers": list(rows)}))
    return path


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((PLANE, ACROSS, ALONG), (0.05, 0.7)),
        ((PLANE, ACROSS), (0.05, 1.1)),
        ((PLANE,), (0.05, None)),
        ((PLANE | {"converged": False}, ACROSS, ALONG), (0.7, 1.1)),
        ((PLANE | {"forward_eV": 0.0, "backward_eV": 0.0}, ALONG), (0.0, 0.7)),  # no saddle: as high as its ends
    ],
)
def test_the_easiest_way_is_the_lowest_height_that_spans(tmp_path, rows, expected):
    found = percolating_barriers(load("alpha-Li3N"), read_barrier_file(written(tmp_path / "b.json", *rows)), "Li")
    assert found == tuple(value if value is None else pytest.approx(value) for value in expected)


def test_a_file_of_many_compounds_is_read(tmp_path):
    path = tmp_path / "all.json"
    compounds = [{"source": "alpha-Li3N", "barriers": [PLANE]}, {"source": "beta-Li3N", "barriers": []}]
    path.write_text(json.dumps({"calculator": CALCULATOR, "compounds": compounds}))
    files = read_barrier_files(path)
    assert list(files) == ["alpha-Li3N", "beta-Li3N"]
    found = compare("binary nitride", barriers=files)
    by_id = {one.id: one.geometry for one in found.compounds}
    assert by_id["alpha-Li3N"].barrier_1d == pytest.approx(0.05)
    assert by_id["beta-Li3N"].barrier_1d is None
    assert found.barriers_by == "model (1)"
    assert found.on_same == ()  # of fewer than eight compounds nothing is said
    assert {"barrier_1d", "barrier_3d"} <= {one.descriptor for one in found.correlations}
    assert "barrier_1d" not in {one.descriptor for one in compare("binary nitride").correlations}


def test_descriptors_are_ranked_on_the_compounds_that_have_a_barrier():
    """Barriers that are the measured energies rank them perfectly; without any on one compound it is left out."""
    known = [one for one in compare("nitridophosphate").compounds if one.measured.activation_energy is not None]
    compounds = 2 * known  # a rank correlation needs eight
    made = [replace(one, geometry=replace(one.geometry, barrier_1d=2 * one.measured.activation_energy)) for one in compounds]
    ranked = on_same_compounds(made)
    assert ranked[0].descriptor == "barrier_1d"
    assert ranked[0].spearman == pytest.approx(1.0)
    assert {one.n for one in on_same_compounds([compounds[0], *made[1:]])} == {len(made) - 1}


def test_the_command_takes_barriers(nitrivac, tmp_path):
    path = written(tmp_path / "b.json", PLANE, ALONG)
    text = nitrivac("compare", "--family", "binary nitride", "--barriers", path).out
    assert "E 1D" in text
    assert "by model (1): an estimate" in " ".join(text.split())
    refused = nitrivac("compare", "--family", "binary nitride", "--barriers", tmp_path / "none.json")
    assert refused.code == 2
