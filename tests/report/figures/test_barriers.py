"""The figure of all profiles, from the file that `nitrivac barriers` writes."""

from __future__ import annotations

import numpy as np
import pytest

from nitrivac.energetics import Barrier, Barriers, CalculatorName
from nitrivac.energetics.bands.files import read_barriers
from nitrivac.errors import ReadError, UnsupportedError
from nitrivac.report.figures.barriers import barriers_figure

pytest.importorskip("matplotlib")

ENERGIES = np.array([0.0, 0.2, 0.5, 0.3, 0.1])


def barriers(name="one:model", hops=("h1", "h2")):
    found = [
        Barrier(
            hop=hop,
            name="Li@4f-Li@4f:1",
            distance=2.0,
            bottleneck=None,
            energies=ENERGIES * (number + 1),
            travelled=np.linspace(0.0, 2.5, 5),
            converged=number == 0,
        )
        for number, hop in enumerate(hops)
    ]
    failed = Barrier(hop="h9", name="Li@4f-Li@2b", distance=3.0, bottleneck=None, failure="none")
    return Barriers(
        source="beta-Li3N", species="Li", calculator=CalculatorName(name=name, version="1"), barriers=(*found, failed)
    )


def written(tmp_path, found, name="barriers.json"):
    import json

    path = tmp_path / name
    path.write_text(json.dumps(found.plain()), encoding="utf-8")
    return path


def test_each_band_is_a_curve_over_the_way_of_the_ion():
    (axes,) = barriers_figure([barriers()]).axes
    curves = [line for line in axes.lines if len(line.get_xdata()) == len(ENERGIES)]
    assert [curve.get_ydata().tolist() for curve in curves] == [ENERGIES.tolist(), (2 * ENERGIES).tolist()]
    assert curves[0].get_xdata()[-1] == pytest.approx(2.5)
    assert curves[0].get_label() == "h1 Li@4f-Li@4f:1: 0.50 eV"
    assert curves[1].get_label() == "h2 Li@4f-Li@4f:1: 1.00 eV, not at rest"


def test_potentials_are_told_apart_and_hops_keep_their_colours():
    (axes,) = barriers_figure([barriers(), barriers("two:model", ("h2",))]).axes
    curves = [line for line in axes.lines if len(line.get_xdata()) == len(ENERGIES)]
    assert [curve.get_label() for curve in curves] == [
        "h1 Li@4f-Li@4f:1: 0.50 eV, one:model",
        "h2 Li@4f-Li@4f:1: 1.00 eV, one:model, not at rest",
        "h2 Li@4f-Li@4f:1: 0.50 eV, two:model",
    ]
    assert curves[1].get_color() == curves[2].get_color() != curves[0].get_color()
    assert curves[1].get_marker() != curves[2].get_marker()


def test_without_a_band_there_is_no_figure():
    with pytest.raises(UnsupportedError, match="no hop has a band"):
        barriers_figure([barriers(hops=())])


def test_the_file_is_read_back(tmp_path):
    again = read_barriers(written(tmp_path, barriers()))
    assert again.plain() == {**barriers().plain(), "barriers": again.plain()["barriers"]}
    assert [one.forward for one in again.barriers] == pytest.approx([0.5, 1.0, None])
    assert again.barriers[2].failure == "none"
    (tmp_path / "other.json").write_text("[1]", encoding="utf-8")
    with pytest.raises(ReadError, match="is no file that nitrivac barriers wrote"):
        read_barriers(tmp_path / "other.json")


def test_the_command_draws_it(nitrivac, tmp_path):
    path = written(tmp_path, barriers())
    run = nitrivac("plot", "barriers", "beta-Li3N", "--barriers", path, "-o", tmp_path / "bands.svg")
    assert run.code == 0
    drawn = (tmp_path / "bands.svg").read_text(encoding="utf-8")
    assert drawn.count("<title>h1 Li@4f-Li@4f:1: 0.50 eV") == len(ENERGIES)
    for arguments, words in (
        (["alpha-Li3N", "--barriers", path], "has the barriers of beta-Li3N"),
        (["beta-Li3N"], "give --barriers"),
    ):
        refused = nitrivac("plot", "barriers", *arguments, "-o", tmp_path / "no.svg")
        assert (refused.code, refused.err.count("\n")) == (2, 1)
        assert words in refused.err
