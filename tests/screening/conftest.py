"""A folder of structures to be screened."""

from __future__ import annotations

import pytest

from nitrivac.io.sources import load
from nitrivac.io.writers import write

GOOD = ("alpha-Li3N", "beta-Li3N", "LiPN2", "Li9N2Cl3")


@pytest.fixture
def folder(tmp_path):
    """Four structures and two files that are none, in a folder of awkward names."""
    place = tmp_path / "strüctures of mine"
    (place / "b").mkdir(parents=True)
    for number, name in enumerate(GOOD):
        write(load(name), place / ("b" if number % 2 else "") / f"{name}.cif", "cif")
    (place / "broken.cif").write_text("data_x\nloop_\n_cell_length_a\n", encoding="utf-8")
    (place / "a empty.cif").write_text("", encoding="utf-8")
    (place / "notes.txt").write_text("no structure", encoding="utf-8")
    (place / ".hidden.cif").write_text("", encoding="utf-8")
    (place / "b" / "round").symlink_to(place)
    return place
