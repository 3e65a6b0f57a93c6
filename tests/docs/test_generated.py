"""The generated pages leave nothing out."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def _generators(monkeypatch):
    monkeypatch.setattr(sys, "path", [str(DOCS), *sys.path])


def test_every_command_is_on_the_page_with_its_options():
    import typer
    from generators.commands import command_names, commands_page

    from nitrivac.cli import app

    page = commands_page()
    names = command_names()
    assert {"list", "show", "build", "verify", "vacancies", "hops", "path", "polyhedra", "analyze"} <= set(names)
    assert re.findall(r"^## (.*)$", page, re.MULTILINE) == ["nitrivac", *(f"nitrivac {name}" for name in names)]
    assert max(len(line) for line in page.split("```text")[1].split("\n")) <= 80
    sections = dict(re.findall(r"^## nitrivac (\S+)\n\n```text\n(.*?)```", page, re.DOTALL | re.MULTILINE))
    for name, command in typer.main.get_command(app).commands.items():
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--"):
                    assert option in sections[name], (name, option)


def test_the_reference_documents_the_public_interface_and_nothing_else():
    from generators.modules import module_pages, public_names

    names = public_names()
    assert {"load", "find_hops", "Crystal"} <= set(names["nitrivac"])
    assert not any(name.startswith("_") for found in names.values() for name in found)
    text = "\n".join(module_pages().values())
    documented = re.findall(r"^\.\. auto(?:class|function|data):: (\S+)$", text, re.MULTILINE)
    assert sorted(documented) == sorted(f"{room}.{name}" for room, found in names.items() for name in found)
    index = (DOCS / "reference" / "index.md").read_text(encoding="utf-8")
    for page in module_pages():
        assert f"\n{Path(page).stem}\n" in index, f"{page} is in no table of contents"


def test_every_record_is_listed_with_grade_and_group():
    from generators.catalogue import catalogue_pages

    from nitrivac import materials

    pages = catalogue_pages()
    table = pages["data/_table.md"]
    families = "\n".join(text for name, text in pages.items() if "family-" in name)
    for material in materials():
        row = next(line for line in table.split("\n") if line.startswith(f"| [{material.id}]"))
        assert f"| {material.status} | {material.grade or '-'} |" in row
        if material.space_group:
            assert material.space_group.symbol in row
        if material.source and material.source.doi:
            assert f"https://doi.org/{material.source.doi}" in row.replace("%28", "(").replace("%29", ")")
        assert f"\n## {material.id}\n" in families


def test_tutorials_are_the_notebooks():
    from generators.tutorials import tutorial_sources

    notebooks = sorted((DOCS.parent / "notebooks").glob("*.py"))
    assert list(tutorial_sources(DOCS.parent / "notebooks")) == [f"tutorials/{path.name}" for path in notebooks]
