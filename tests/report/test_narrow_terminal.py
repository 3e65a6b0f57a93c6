"""Tables at 80 and at 40 columns: whole cells, names and multiplicities always, and what is left out is named."""

from __future__ import annotations

import pytest

COMMANDS = [
    ["hops", "beta-Li3N"],
    ["hops", "Li6NBr3"],
    ["polyhedra", "Li2SiN2"],
    ["path", "alpha-Li3N", "--hop", "h1"],
    ["list"],
    ["verify", "alpha-Li3N", "beta-Li3N"],
    ["pattern", "beta-Li3N"],
    ["contrast", "beta-Li3N"],
    ["diffusion", "alpha-Li3N", "--barrier", "h1=0.1", "--carriers", "1e20"],
    ["vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1", "--lowest", "2"],
]


@pytest.mark.parametrize("width", [80, 40])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_cell_is_cut(nitrivac, monkeypatch, command, width):
    run = nitrivac
    monkeypatch.setenv("COLUMNS", str(width))
    done = run(*command)
    assert done.code == 0
    assert "…" not in done.out
    assert max(map(len, done.out.split("\n"))) <= width


def test_names_and_multiplicities_stay_and_the_rest_is_named(nitrivac, monkeypatch):
    wide = nitrivac("hops", "beta-Li3N").out.split("\n")
    assert wide[0].split() == ["hop", "between", "d", "(Å)", "n", "bottleneck", "widest", "shared"]
    monkeypatch.setenv("COLUMNS", "40")
    narrow = nitrivac("hops", "beta-Li3N").out
    assert narrow.split("\n")[0].split() == ["hop", "between", "d", "(Å)", "n"]
    assert "No room for bottleneck, widest, shared:" in narrow
    for before, now in zip(wide[1:5], narrow.split("\n")[1:5], strict=True):
        assert before.startswith(now)


def test_each_pair_of_sites_is_there_once_with_the_numbers_of_both(nitrivac):
    seen = nitrivac("polyhedra", "beta-Li3N").out
    rows = [line.split() for line in seen.split("\n") if line.startswith("Li@") and line.count("Li@") == 2]
    assert len(rows) == len({frozenset(row[:2]) for row in rows}) == 3
    assert rows[1] == ["Li@2b", "Li@4f", "12/6", "6/3", "0", "24+12+0", "2.3226"]
    document = nitrivac("polyhedra", "beta-Li3N", "--json").json
    assert [(one["from"], one["to"]) for one in document["sharing"]] == [
        ("Li@2b", "Li@2b"),
        ("Li@2b", "Li@4f"),
        ("Li@4f", "Li@2b"),
        ("Li@4f", "Li@4f"),
    ]
