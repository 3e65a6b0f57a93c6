"""What the README shows is what the program prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.shown import assert_shown

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = [
    (command, "\n".join(output).rstrip())
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    for command, *output in (part.split("\n") for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
]
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize(("command", "output"), SHOWN, ids=[command for command, _ in SHOWN])
def test_commands_print_what_is_shown(tmp_path, command, output):
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"COLUMNS": "80", "PATH": scripts + os.pathsep + os.environ["PATH"], "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, shell=True, cwd=tmp_path, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    printed = "\n".join(line.rstrip() for line in (done.stdout + done.stderr).rstrip("\n").split("\n"))
    assert_shown(printed, output)


def test_the_python_example_runs(capsys):
    for code in PYTHON:
        exec(compile(code, "README.md", "exec"), {})
    printed = capsys.readouterr().out
    assert "Li2.838N0.946 0.0" in printed
    assert "('Li@4f', 'Li@4f', 2.1807)" in printed
    assert "True\n['Li', 'vacancy'] [0.9, 0.1]\n" in printed


@pytest.mark.parametrize("name", ["run", "test"])
def test_the_two_commands_are_there(name):
    script = ROOT / ".ci" / "readme_command.py"
    done = subprocess.run(
        [sys.executable, str(script), str(ROOT / "README.md"), name], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("python3 -m venv .venv && ")
    assert done.stdout.count("\n") == 1
