"""Every notebook runs from top to bottom, so that each fact it states holds."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

WIDTH = 84  # letters of code that a page of 730 pixels shows
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
def test_facts_are_checked_in_the_last_cell_which_is_folded(path):
    *before, last = re.split(r"^# %%", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert last.startswith(' tags=["hide-cell"]\n')
    assert last.count("\nassert ") + last.count("\n    assert ") >= 5
    assert not any("assert " in cell for cell in before)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_code_is_no_wider_than_a_narrow_page(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if len(line) > WIDTH and not line.startswith("# ")]
