"""What the documentation shows is what the program does: each page runs from top to bottom in a folder of its own."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from tests.shown import assert_shown

DOCS = Path(__file__).parents[2] / "docs"
FILE = re.compile(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```", re.DOTALL)
PRINTS = r"(?:\n+<!-- prints -->\n```text\n(.*?)^```)?"  # what code prints may stand below it
BLOCK = re.compile(r"^```(console|python)\n(.*?)^```" + PRINTS, re.DOTALL | re.MULTILINE)
GENERATED = re.compile(r"_build|family-|commands\.md|glossary\.md|/nitrivac[^/]*\.md$")
PAGES = [
    path
    for path in sorted(DOCS.rglob("*.md"))
    if not GENERATED.search(path.as_posix()) and BLOCK.search(path.read_text(encoding="utf-8"))
]


def shell(command: str, folder: Path) -> str:
    """What a terminal of 80 columns shows."""
    scripts = str(Path(sys.executable).parent)
    environment = os.environ | {"COLUMNS": "80", "PATH": scripts + os.pathsep + os.environ["PATH"], "PYTHONUTF8": "1"}
    done = subprocess.run(
        command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
    return "\n".join(line.rstrip() for line in (done.stdout + done.stderr).rstrip("\n").split("\n"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[path.relative_to(DOCS).with_suffix("").as_posix() for path in PAGES])
def test_page_does_what_it_shows(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        (tmp_path / name).write_text(content, encoding="utf-8")
    names: dict[str, object] = {}
    for language, block, prints in BLOCK.findall(text):
        if language == "python":
            with redirect_stdout(io.StringIO()) as printed:
                exec(compile(block, page.name, "exec"), names)
            assert_shown(printed.getvalue(), prints, block)
            continue
        parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
        assert parts, f"{page.name}: a console block shows a command after a dollar sign"
        for part in parts:
            command, _, shown = part.partition("\n")
            assert_shown(shell(command, tmp_path), shown.rstrip(), command)


def test_pages_of_every_shelf_are_tested():
    shelves = {path.relative_to(DOCS).parts[0] for path in PAGES}
    assert {"howto", "concepts", "reference"} <= shelves


def test_every_how_to_has_a_command_or_code():
    pages = set((DOCS / "howto").glob("*.md")) - {DOCS / "howto" / "index.md"}
    assert pages <= set(PAGES)
