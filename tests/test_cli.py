"""The contracts of the command line: exit codes, one clear line on standard error, JSON alone on standard output."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy", "scipy", "pymatgen", "spglib", "moyopy", "ase", "gemmi", "numba", "networkx", "matplotlib")


def modules_after(arguments: list[str]) -> set[str]:
    """Top-level modules imported by a command in a process of its own."""
    script = (
        "import sys\nfrom nitrivac.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit:\n    pass\n"
        "sys.stderr.write(' '.join({name.partition('.')[0] for name in sys.modules}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["list"], ["list", "--json"], ["analyze", "--help"]])
def test_help_and_list_import_nothing_heavy(arguments):
    assert not modules_after(arguments) & set(HEAVY)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], ["frobnicate"]),
        (["list", "--bogus"], ["--bogus"]),
        (["list", "--family", "perovskite"], ["perovskite", "nitridophosphate"]),
        (["show", "beta-Li3M"], ["beta-Li3M", "beta-Li3N"]),
        (["build", "beta-Li3M"], ["beta-Li3M", "beta-Li3N"]),
        (["verify", "no-such-file.cif"], ["no-such-file.cif"]),
        (["verify", "beta-Li3N", "--expect", "P9/mmm"], ["P9/mmm"]),
        (["hops", "./missing/POSCAR"], ["missing/POSCAR"]),
        (["hops", "beta-Li3N", "--species", "Na"], ["Na", "Li"]),
        (["polyhedra", "beta-Li3N", "--centres", "Xx"], ["Xx"]),
        (["analyze", "beta-Li3N", "Li@9z=3%"], ["Li@9z", "Li@4f"]),
        (["analyze", "Li5NI2"], ["Li5NI2", "unresolved"]),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(nitrivac, tmp_path, monkeypatch, arguments, words):
    monkeypatch.chdir(tmp_path)
    outcome = nitrivac(*arguments)
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1
    assert outcome.err.startswith("nitrivac: ")
    for word in words:
        assert word in outcome.err
    assert list(tmp_path.iterdir()) == []
