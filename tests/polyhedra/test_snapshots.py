"""Oxynitrides and snapshots: bridging nitrogen, Q^n_m, and averages over frames."""

from __future__ import annotations

import json

import numpy as np
import pytest
from ase.io import write

from nitrivac import load
from nitrivac.cli import main
from nitrivac.errors import BuildError, ReadError, UnsupportedError
from nitrivac.io.ase_atoms import read_frames, to_atoms
from nitrivac.polyhedra import analyze_polyhedra, snapshot_statistics


def frames_file(tmp_path, *identifiers):
    path = tmp_path / "frames.extxyz"
    write(path, [to_atoms(load(one)) for one in identifiers], format="extxyz")
    return path


def test_a_crystal_as_a_snapshot_has_the_numbers_of_the_crystal(tmp_path):
    found = snapshot_statistics(read_frames(frames_file(tmp_path, "Li2PO2N")))
    assert found.frames == 1
    assert found.of("role of N") == {"doubly bridging": 1.0}
    assert found.of("role of O") == {"apical": 1.0}
    assert found.of("Q") == {"Q2": 1.0}
    assert found.of("Q^n_m") == {"Q2_2": 1.0}
    assert found.of("kappa")[""] == pytest.approx(1 / 3)
    assert found.of("unit size") == {"infinite": 1.0}
    assert all(one.spread is None for one in found.quantities)


def test_isolated_tetrahedra_and_free_oxygen(tmp_path):
    # Li14P2O3N6: PON3 groups, and a third of the oxygen bound to lithium only.
    found = snapshot_statistics(read_frames(frames_file(tmp_path, "Li14P2O3N6")))
    assert found.of("Q^n_m") == {"Q0_3": 1.0}
    assert found.of("role of O") == pytest.approx({"apical": 2 / 3, "free": 1 / 3})
    assert found.of("unit size") == {"1": 1.0}


def test_frames_are_averaged_with_their_spread(tmp_path):
    path = tmp_path / "frames.extxyz"
    atoms = to_atoms(load("Li2PO2N"))
    broken = atoms.copy()
    nitrogen = next(one.index for one in broken if one.symbol == "N")
    broken.positions[nitrogen] += [1.2, 0, 0]  # out of reach of a phosphorus
    write(path, [atoms, broken], format="extxyz")
    found = snapshot_statistics(read_frames(path))
    share = {one.value: one for one in found.quantities if one.group == "role of N"}
    assert found.frames == 2
    assert share["doubly bridging"].mean < 1
    assert share["doubly bridging"].spread > 0
    assert sum(one.mean for one in share.values()) == pytest.approx(1)
    ideal = share["doubly bridging"]
    values = np.array([1.0, 2 * ideal.mean - 1])
    assert ideal.spread == pytest.approx(values.std(ddof=1))


def test_disordered_frames_are_refused():
    with pytest.raises(UnsupportedError, match="average"):
        snapshot_statistics([load("Li2.88PO3.73N0.14")])
    with pytest.raises(UnsupportedError, match="no frames"):
        snapshot_statistics([])


def test_frames_that_are_no_crystals_are_refused(tmp_path):
    atoms = to_atoms(load("Li2PO2N"))
    atoms.pbc = False
    path = tmp_path / "molecule.extxyz"
    write(path, atoms, format="extxyz")
    with pytest.raises(BuildError, match="periodic"):
        list(read_frames(path))
    with pytest.raises(ReadError, match="no such file"):
        list(read_frames(tmp_path / "nothing.extxyz"))
    (tmp_path / "text.extxyz").write_text("not atoms\n", encoding="utf-8")
    with pytest.raises(ReadError, match=r"text\.extxyz"):
        list(read_frames(tmp_path / "text.extxyz"))


def test_frames_on_the_command_line(tmp_path, capsys):
    path = frames_file(tmp_path, "Li2PO2N", "Li2PO2N")
    with pytest.raises(SystemExit) as ended:
        main(["polyhedra", str(path), "--frames", "--json"])
    assert ended.value.code == 0
    document = json.loads(capsys.readouterr().out)
    assert document["frames"] == 2
    assert {"group": "Q^n_m", "value": "Q2_2", "mean": 1.0, "spread": 0.0} in document["quantities"]


def test_mixed_anions_have_a_mean_and_no_counted_nitrogens():
    # 0.14 N on 4 (O, N) positions of which 3.87 are filled.
    (found,) = analyze_polyhedra(load("Li2.88PO3.73N0.14")).frameworks
    assert found.average
    assert found.q_mixed == {}
    assert found.nitrogen == pytest.approx(0.14, abs=1e-6)
