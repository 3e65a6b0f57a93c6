"""One list of analyses: the main job, its files, its page and a screening walk it."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields, replace

import pytest

from nitrivac import analyze, load
from nitrivac.analyses import ANALYSES
from nitrivac.analysis import MAIN_PARTS, Analysis
from nitrivac.errors import UnsupportedError
from nitrivac.screening.columns import COLUMNS
from nitrivac.screening.row import ScreenOptions, structure_row


@pytest.mark.parametrize("part", ANALYSES, ids=lambda part: part.name)
def test_a_row_has_the_columns_of_each_analysis(part):
    names = [column.name for column in COLUMNS if column.part == part.name]
    assert names == list(part.columns.names)
    row = structure_row(load("Li9N2Cl3"), ScreenOptions(parts=(part.name,)))
    assert set(row) - {"status", "caution"} == set(names)
    kinds = {"int": int, "float": float, "bool": bool, "str": str}
    for column in part.columns.columns:
        assert row[column.name] is None or type(row[column.name]) is kinds[column.kind]
        assert column.description


def test_the_main_job_has_a_result_a_key_and_a_file_of_each(tmp_path):
    found = analyze("LiPN2", output=tmp_path)
    summary = json.loads((tmp_path / "summary.json").read_text("utf-8"))
    attributes = {field.name for field in fields(Analysis)}
    for part in MAIN_PARTS:
        assert {part.field} | ({f"no_{part.field}"} if part.lacks else set()) <= attributes
        assert summary[part.key] == json.loads(json.dumps(found.result(part).plain()))
        assert part.file is None or (tmp_path / part.file).read_text("utf-8") == found.result(part).csv()


def test_an_analysis_that_finds_nothing_says_why(monkeypatch):
    def refuse(*_):
        raise UnsupportedError("nothing of the kind")

    parts = tuple(replace(part, run=refuse, lacks=(UnsupportedError,)) if part.name == "hops" else part for part in ANALYSES)
    monkeypatch.setattr("nitrivac.analysis.MAIN_PARTS", tuple(part for part in parts if part.field))
    found = analyze("LiPN2")
    assert (found.hops, found.no_hops) == (None, "nothing of the kind")
    assert found.plain()["no_hops"] == "nothing of the kind"


@pytest.mark.parametrize("part", ANALYSES, ids=lambda part: part.name)
def test_importing_the_list_imports_no_analysis(part):
    source = inspect.getsource(inspect.getmodule(part.run))
    heads = [line for line in source.splitlines() if line.startswith(("from nitrivac", "import "))]
    light = ("nitrivac.analyses", "nitrivac.columns", "nitrivac.errors")
    assert all(line.split()[1].startswith(light) for line in heads)
