"""The commands of a page make it again wherever it was written, and notice what is of another run."""

from __future__ import annotations

import html
import json
import re
import shlex

import pytest

from nitrivac.io.stated_run import StatedRun, other_source, stated_run


def commands(page):
    found = re.findall(r"<code>(nitrivac analyze .*?)</code>", page)
    block = page[page.index('<section id="repeat">') :]
    plots = re.search(r"<pre>(.*?)</pre>", block, re.DOTALL)
    return [shlex.split(html.unescape(line))[1:] for line in [*found, *plots[1].strip().splitlines()]]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("source", "items", "folder"),
    [
        ("LiPN2", [], "a folder/of another name"),
        ("Li2.5N0.5S0.5", [], "results"),
        ("salt.cif", ["--species", "Cl"], "salt"),
        ("beta-Li3N", ["Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1", "--seed", "3"], "small"),
        ("gamma-Li3N", ["Li@8c=1/2", "--primitive", "--allow-charge"], "primitive"),
    ],
)
def test_every_command_makes_its_file_again(nitrivac, tmp_path, monkeypatch, source, items, folder):
    from pymatgen.core import Lattice, Structure

    monkeypatch.chdir(tmp_path)
    salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    salt.to("salt.cif")
    assert nitrivac("analyze", source, *items, "-o", folder).code == 0
    made = {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()}
    first, *plots = commands(made["report.html"].decode())
    assert len(plots) >= 4
    for arguments in plots:
        outcome = nitrivac(*arguments)
        assert outcome.code == 0, outcome.err
        assert (tmp_path / arguments[-1]).stat().st_size > 1000
    assert nitrivac(*first).code == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / folder).iterdir()} == made


@pytest.mark.slow
def test_a_host_of_another_run_is_noticed(nitrivac, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source, item = "Li2.5N0.5S0.5", "Li2=7/8"
    assert nitrivac("analyze", source, "-o", "out").code == 0
    (own,) = (one for one in commands((tmp_path / "out" / "report.html").read_text("utf-8")) if one[1:2] == ["profile"])
    assert "--host" in own
    assert nitrivac(*own).code == 0
    options = ["--format", "poscar", "--sample", 1, "--allow-charge", "-o", "cells"]
    assert nitrivac("vacancies", source, item, *options).code == 0
    (tmp_path / "out" / "supercell.vasp").write_bytes((tmp_path / "cells" / "configuration-000001.vasp").read_bytes())
    outcome = nitrivac(*own, "--force")
    assert outcome.code == 2
    assert outcome.err.count("\n") == 1
    assert "made with Li2=7/8, not the occupancies of its source: it is of another run" in outcome.err
    hop = own.index("--hop")
    given = nitrivac(*own[: own.index(source) + 1], item, *own[own.index(source) + 1 : hop], *own[hop + 2 :], "--force")
    assert given.code == 0, given.err


@pytest.mark.parametrize("file_format", ["cif", "poscar", "extxyz"])
def test_a_configuration_says_its_run(nitrivac, tmp_path, file_format):
    options = ["--supercell", "2x2x1", "--format", file_format, "--lowest", 1, "-o", tmp_path]
    assert nitrivac("vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", *options).code == 0
    (path,) = (one for one in tmp_path.iterdir() if one.suffix in (".cif", ".vasp", ".extxyz"))
    assert stated_run(path) == StatedRun(source="beta-Li3N", specification="N@2c=1/8 Li@4f=3/16")
    assert other_source(path, "beta-Li3N") is None
    assert "beta-Li3N, not of alpha-Li3N" in other_source(path, "alpha-Li3N")


def test_a_host_made_of_another_source_is_remarked(nitrivac, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nitrivac("build", "beta-Li3N", "-o", tmp_path)
    options = ["--supercell", "2x2x1", "--format", "poscar", "--lowest", 1, "-o", "cells"]
    nitrivac("vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", *options)
    host = "cells/configuration-000001.vasp"
    assert "remark" not in nitrivac("hops", "beta-Li3N", "--host", host).err
    assert "remark" not in nitrivac("hops", "beta-Li3N.cif", "--host", host).err  # the file says of what it is
    (tmp_path / "cells" / "other.vasp").write_text(
        (tmp_path / host).read_text("utf-8").replace("beta-Li3N", "alpha"), "utf-8"
    )
    for command in (["hops"], ["path", "--hop", "h1"]):
        said = nitrivac(command[0], "beta-Li3N", *command[1:], "--host", "cells/other.vasp").err
        assert "remark: cells/other.vasp says that it was made of alpha, not of beta-Li3N" in said


def test_files_of_others_say_nothing(tmp_path):
    assert stated_run(tmp_path / "none") == StatedRun()
    (tmp_path / "POSCAR").write_text("my cell source=here specification=none\n1.0\n", encoding="utf-8")
    assert stated_run(tmp_path / "POSCAR") == StatedRun()


def test_a_folder_may_be_moved(nitrivac, tmp_path):
    """What is written names the files beside it as they see each other."""
    options = ["--supercell", "2x2x1", "--lowest", 2]
    nitrivac("vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", *options, "-o", tmp_path / "cells")
    nitrivac("path", "beta-Li3N", "--hop", "h1", "--images", 1, "-o", tmp_path / "neb")
    nitrivac("analyze", "Li2.5N0.5S0.5", "-o", tmp_path / "out")
    (tmp_path / "moved").mkdir()
    for name in ("cells", "neb", "out"):
        (tmp_path / name).rename(tmp_path / "moved" / name)
    moved = tmp_path / "moved"
    rows = [json.loads(line) for line in (moved / "cells" / "manifest.jsonl").read_text("utf-8").splitlines()][1:]
    images = json.loads((moved / "neb" / "profile.json").read_text("utf-8"))["images"]
    (made,) = json.loads((moved / "out" / "summary.json").read_text("utf-8"))["vacancies"]["configurations"]
    assert images == ["00/POSCAR", "01/POSCAR", "02/POSCAR"]
    for folder, names in (("cells", [row["file"] for row in rows]), ("neb", images), ("out", [made["file"]])):
        assert all((moved / folder / name).is_file() for name in names)
    again = nitrivac(
        "vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", *options, "-o", moved / "cells", "--resume", "--json"
    )
    assert [one["file"] for one in again.json["configurations"]] == [str(moved / "cells" / row["file"]) for row in rows]
