"""Every notebook runs from top to bottom, so that each fact it states holds."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.py"))


def test_the_eight_notebooks_are_there():
    assert [int(path.stem.partition("_")[0]) for path in NOTEBOOKS] == [1, 2, 3, 4, 5, 6, 7, 8]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_runs(path, tmp_path, monkeypatch):
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    shown = []
    monkeypatch.setattr(plt, "show", lambda: shown.append(plt.gcf()))
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(path))
    plt.close("all")
    assert shown, "a notebook shows something"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_states_facts_and_checks_them(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("\nassert ") + text.count("\n    assert ") >= 5
