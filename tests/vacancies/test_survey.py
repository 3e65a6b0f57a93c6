"""A configuration space in shards is the whole space, and a fault cannot hide."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from nitrivac.crystal.supercells.supercell_matrix import parse_matrix
from nitrivac.engines.engine import LocalEngine
from nitrivac.errors import EngineError, UnsupportedError
from nitrivac.io.sources import load
from nitrivac.vacancies import Planning
from nitrivac.vacancies.planned import planned_spaces
from nitrivac.vacancies.run import Choice, Output, run_vacancies
from nitrivac.vacancies.space_survey import survey, vacancies_on_engine
from tests.engines.tasks import Serial

ITEMS = ["Li@4f=3/16", "N@2c=1/8"]
PLANNING = Planning(supercell=parse_matrix("2x2x1"))


@pytest.fixture(scope="module")
def space():
    return planned_spaces(load("beta-Li3N"), ITEMS, planning=PLANNING)[1][0]


def test_shards_hold_all_and_the_lowest_are_the_lowest(space):
    expected = space.lowest(5)
    for shards in (1, 7, 100):
        found = survey(space, engine=Serial(), lowest=5, shards=shards)
        assert (found.shards, found.count, found.labelled) == (shards, space.count(), space.total()) == (shards, 70, 4480)
        assert [one.energy for one in found.lowest] == [one.energy for one in expected]
        assert [one.degeneracy for one in found.lowest] == [one.degeneracy for one in expected]
        assert {one.certificate for one in found.lowest} == {"exact"}


def test_processes_give_the_same(space):
    found = survey(space, engine=LocalEngine(workers=2), lowest=2)
    assert (found.count, found.labelled) == (70, 4480)
    assert [one.codes.tobytes() for one in found.lowest] == [one.codes.tobytes() for one in space.lowest(2)]


class Faulty(Serial):
    """Loses what one shard found, or a whole shard."""

    def __call__(self, function, tasks, **_):
        for number, outcome in enumerate(super().__call__(function, tasks)):
            value = outcome.value | {"count": str(int(outcome.value["count"]) + 1)} if number == 3 else outcome.value
            yield replace(outcome, value=value)


def test_sums_that_are_wrong_are_no_result(space):
    with pytest.raises(EngineError, match=r"71 .* 4480.*there are 70 for 4480.*void"):
        survey(space, engine=Faulty())


def test_a_shard_that_fails_is_no_result(space):
    class Failing(Serial):
        def __call__(self, _function, tasks, **_):
            return super().__call__(lambda _: 1 / 0, tasks)

    with pytest.raises(EngineError, match="shard 1 of 16 failed: division by zero"):
        survey(space, engine=Failing())


def test_a_survey_goes_on_where_it_was_stopped(space, tmp_path):
    with pytest.raises(KeyboardInterrupt):
        survey(space, engine=Serial(stop=9), lowest=2, journal=tmp_path / "j")
    with pytest.raises(KeyboardInterrupt):
        survey(space, engine=Serial(stop=6), lowest=2, journal=tmp_path / "j")
    found = survey(space, engine=Serial(stop=1 + 16 - 15), lowest=2, journal=tmp_path / "j")
    assert (found.count, found.labelled) == (70, 4480)
    assert [one.energy for one in found.lowest] == [one.energy for one in space.lowest(2)]


def test_shards_are_written_and_a_stopped_run_goes_on(tmp_path):
    output = Output(folder=tmp_path / "all", file_format="poscar")
    options = {"choice": Choice(mode="enumerate"), "planning": PLANNING}
    with pytest.raises(KeyboardInterrupt):
        vacancies_on_engine(load("beta-Li3N"), ITEMS, engine=Serial(stop=5), output=output, **options)
    result, proof = vacancies_on_engine(
        load("beta-Li3N"), ITEMS, engine=Serial(), output=replace(output, resume=True), **options
    )
    assert (result.count, result.total) == (proof.count, proof.labelled) == (70, 4480)
    manifests = sorted((tmp_path / "all").glob("shard-*-of-16/manifest.jsonl"))
    assert len(manifests) == 16
    rows = [json.loads(line) for path in manifests for line in path.read_text().splitlines()[1:]]
    alone = run_vacancies(load("beta-Li3N"), ITEMS, **options)
    assert len(rows) == len(list((tmp_path / "all").glob("*/*.vasp"))) == 70
    assert sorted(row["degeneracy"] for row in rows) == sorted(one.degeneracy for one in alone.made)
    assert len({row["codes"] for row in rows}) == 70


def test_lowest_on_an_engine_is_written_as_ever(tmp_path):
    options = {"choice": Choice(mode="lowest", number=3), "planning": PLANNING}
    alone = run_vacancies(load("beta-Li3N"), ITEMS, **options, output=Output(folder=tmp_path / "alone"))
    result, proof = vacancies_on_engine(
        load("beta-Li3N"), ITEMS, engine=Serial(), output=Output(folder=tmp_path / "shards"), **options
    )
    assert [one.energy for one in result.made] == [one.energy for one in alone.made]
    assert (proof.count, proof.labelled) == (70, 4480)
    names = {path.name for path in (tmp_path / "alone").iterdir()}
    assert {path.name for path in (tmp_path / "shards").iterdir()} == names | {"survey.journal"}


def test_the_lowest_of_a_space_too_large_to_go_through(monkeypatch, space):
    monkeypatch.setattr("nitrivac.vacancies.space_survey.MOST_SEARCHED", 69)
    with pytest.raises(UnsupportedError, match=r"70 distinct.*at most 69"):
        survey(space, engine=Serial())


def test_the_command_proves_it(nitrivac):
    arguments = ["vacancies", "beta-Li3N", *ITEMS, "--supercell", "2x2x1", "--workers", "1"]
    outcome = nitrivac(*arguments, "--enumerate", "--json").json
    assert outcome["survey"] == {"shards": 16, "count": "70", "total": "4480", "verified": True}
    assert (outcome["count"], outcome["total"], outcome["configurations"]) == ("70", "4480", [])
    printed = " ".join(nitrivac(*arguments, "--lowest", "1").out.split())
    assert "16 shards hold all 70 distinct configurations, and their degeneracies add up to all 4,480." in printed
    assert "-438.1894" in printed
