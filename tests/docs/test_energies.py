"""The tables of stored runs say what the runs say."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
RUNS = sorted((DOCS / "data" / "energies").glob("*-Li3N-*.json"))


@pytest.fixture(autouse=True)
def _generators(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])


@pytest.mark.parametrize("path", RUNS, ids=[path.stem for path in RUNS])
def test_a_stored_run_says_how_it_was_made(path):
    run = json.loads(path.read_text(encoding="utf-8"))
    assert len(run["calculator"]["weights_sha256"]) == 64
    assert run["calculator"]["version"]
    assert {"length_ratios", "stress_GPa"} <= run["trust"].keys()
    assert all(command.startswith(("nitrivac barriers", "nitrivac defects")) for command in run["commands"])
    for row in run["barriers"]:
        assert str(Path.home()) not in json.dumps(row)
        if row["forward_eV"] is not None:
            assert row["forward_eV"] == pytest.approx(max(row["energies_eV"]) - row["energies_eV"][0], abs=2e-3)


def test_the_page_has_every_run_and_the_measured_anisotropy():
    from generators.energies import anisotropies, energies_page

    page = energies_page()["data/_energies.md"]
    for name in ("SevenNet-0", "CHGNet", "NEP89", "alpha-Li3N", "beta-Li3N"):
        assert name in page
    assert "| measured, single crystal | 120 : 1 |" in page
    assert "0.007 (review); 0.004 (Sarnthein)" in page
    assert all(ratio > 120 for ratio in anisotropies().values())
