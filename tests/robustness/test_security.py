"""The promises of SECURITY.md that no other test holds: data never run code, and inputs have limits."""

from __future__ import annotations

import gzip
import json
import pickle
from pathlib import Path

import pytest

from nitrivac import load
from nitrivac import size_limits as limits
from nitrivac.errors import NitrivacError, ReadError
from nitrivac.io import read
from nitrivac.io.read import read_crystal
from tests.robustness.harness import assert_plain, run


class Harm:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return Path.touch, (self.mark,)


@pytest.mark.parametrize(
    "text",
    [
        "!!python/object/apply:os.system ['touch {mark}']\n",
        "id: !!python/object/apply:pathlib.Path.touch [{mark}]\n",
        "id: !!python/name:os.system ''\n",
        "id: !!python/object/new:os.system ['touch {mark}']\n",
        "formula: !!python/module:os ''\n",
    ],
)
@pytest.mark.parametrize("command", ["show", "verify", "build"])
def test_yaml_tags_are_refused(tmp_path, monkeypatch, text, command):
    monkeypatch.chdir(tmp_path)
    mark = tmp_path / "mark"
    path = tmp_path / "record.yaml"
    path.write_text(text.format(mark=mark), encoding="utf-8")
    outcome = run(command, path)
    assert outcome.code == 2
    assert_plain(outcome, "record.yaml: line 1" if text.startswith("!!") else "record.yaml")
    assert not mark.exists()


@pytest.mark.parametrize("suffix", [".traj", ".extxyz", ".pckl", ".cif", ".json", ".xyz", ".vasp"])
@pytest.mark.parametrize("protocol", [0, 4])
@pytest.mark.parametrize("options", [(), ("--frames",)])
def test_pickles_are_not_unpickled(tmp_path, suffix, protocol, options):
    mark = tmp_path / "mark"
    path = tmp_path / f"it{suffix}"
    path.write_bytes((b"PickleTrajectory" if suffix == ".traj" else b"") + pickle.dumps(Harm(mark), protocol=protocol))
    outcome = run("polyhedra", path, *options)
    assert outcome.code == 2
    assert_plain(outcome, path.name)
    assert not mark.exists()


def test_json_does_not_import_what_it_names(tmp_path, monkeypatch):
    """pymatgen's own reader imports the module that a property names."""
    (tmp_path / "harm.py").write_text(f"open({str(tmp_path / 'mark')!r}, 'w').close()\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    data = load("alpha-Li3N").structure.as_dict()
    for one in (data, *data["sites"]):
        one["properties"] = {"x": {"@module": "harm", "@class": "Harm", "@version": "1"}}
    path = tmp_path / "it.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read_crystal(path).n_sites == 4
    assert not (tmp_path / "mark").exists()


def test_files_beyond_the_limit_are_not_read(tmp_path, monkeypatch):
    monkeypatch.setattr(read, "_MAXIMUM_BYTES", 1000)
    (tmp_path / "it.cif").write_bytes(b" " * 1001)
    with gzip.open(tmp_path / "bomb.cif.gz", "wb") as stream:
        stream.write(b" " * 1001)
    assert (tmp_path / "bomb.cif.gz").stat().st_size < 1000
    for name in ("it.cif", "bomb.cif.gz"):
        with pytest.raises(ReadError, match="more than the 1000"):
            read_crystal(tmp_path / name)


def test_cells_beyond_the_limit_are_not_built(monkeypatch):
    monkeypatch.setattr("nitrivac.io.cif.sites.MAXIMUM_SITES", 10)
    path = Path(__file__).parent.parent / "data" / "files" / "icsd_like.cif"
    with pytest.raises(NitrivacError, match="sites or more in the cell are beyond"):
        read_crystal(path)
    assert limits.MAXIMUM_SITES == 250_000


def test_what_is_no_ordinary_file_is_not_opened(tmp_path):
    import os

    os.mkfifo(tmp_path / "pipe.cif")
    for name in (tmp_path / "pipe.cif", "/dev/zero"):
        outcome = run("verify", name, limit=5)
        assert outcome.code == 2
        assert "no ordinary file" in outcome.err


@pytest.mark.parametrize("name", ["../../evil", "/etc/evil", "a/b", ".."])
def test_a_record_cannot_choose_a_place_outside_the_folder(tmp_path, name):
    from importlib.resources import files

    text = files("nitrivac.catalog").joinpath("records", "beta-Li3N.yaml").read_text(encoding="utf-8")
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace("id: beta-Li3N", f"id: {name}"), encoding="utf-8")
    out = tmp_path / "inner" / "out"
    outcome = run("build", path, "-o", out)
    assert outcome.code == 2
    assert {one.name for one in tmp_path.iterdir()} == {"mine.yaml"}
