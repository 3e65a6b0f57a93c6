"""A row per structure, in the order of the sources, whatever interrupts the run."""

from __future__ import annotations

import io
import os
import tracemalloc
from itertools import count
from pathlib import Path

import pytest

from nitrivac.catalog import candidate_sources, materials
from nitrivac.engines.journal import open_journal
from nitrivac.engines.tasks import Limits
from nitrivac.errors import OutputError, ReadError, SpecificationError
from nitrivac.io.sources import load
from nitrivac.screening.columns import COLUMNS, chosen_parts
from nitrivac.screening.row import ScreenOptions, structure_row
from nitrivac.screening.run import journal_path, screen
from nitrivac.screening.sources import find_items
from nitrivac.screening.summary import ScreenMode
from nitrivac.screening.tables import TABLE_SUFFIXES, read_table, write_table
from tests.engines.tasks import Serial

QUICK = ScreenOptions(parts=("identity", "vacancies"))


def run(sources, output, engine=None, options=QUICK, **mode):
    listed = mode.pop("listed", None)
    return screen(
        [str(source) for source in sources],
        output,
        engine=engine or Serial(),
        options=options,
        mode=ScreenMode(**mode),
        listed=listed,
    )


def rows_of(path):
    return list(read_table(path))


def test_catalogue_rows_hold_known_numbers(tmp_path):
    summary = run(["alpha-Li3N", "beta-Li3N", "Li12P3N9", "Li9N2Cl3"], tmp_path / "t.jsonl", options=ScreenOptions())
    assert (summary.rows, summary.ok, summary.partial, summary.failed) == (4, 4, 0, 0)
    alpha, beta, rings, disordered = rows_of(tmp_path / "t.jsonl")
    assert list(alpha) == [column.name for column in COLUMNS]
    assert [alpha[f"percolation_{n}D_A"] for n in (1, 2, 3)] == [2.1062, 2.1062, 2.8618]
    assert [alpha[f"percolation_{n}D_bottleneck_A"] for n in (1, 2, 3)] == [
        0.6462,
        0.4775,
        0.364,
    ]  # 2c along c, 1b in its layer, 2c in its layer
    assert (alpha["shortest_hop"], alpha["shortest_hop_A"]) == ("Li@2c - Li@2c", 2.1062)
    assert (alpha["percolation_1D_directions"], alpha["percolation_2D_directions"]) == ("(001)", "(001)")
    assert (alpha["hops"], alpha["elementary_hops"]) == (6, 5)
    assert (alpha["space_group"], alpha["space_group_number"], alpha["second_opinion_number"]) == ("P6/mmm", 191, 191)
    assert (alpha["symmetry_agrees"], alpha["problems"], alpha["charge"]) == (True, None, 0.0)
    assert (alpha["formula"], alpha["elements"], alpha["sites"], alpha["grade"]) == ("Li3N", "Li-N", 4, "A")
    assert (alpha["ordered"], alpha["vacancy_fractions"], alpha["vacancies_per_cell"]) == (True, None, 0.0)
    assert alpha["mobile_coordination"] == "2: 0.3333; 3: 0.6667"
    assert (alpha["frameworks"], alpha["framework_kappa"]) == (0, None)
    assert (beta["percolation_3D_A"], beta["density_g_cm3"]) == (2.2706, 1.6775)
    assert (rings["framework_formula"], rings["framework_kappa"], rings["framework_q"]) == ("P3N9", "1/3", "2: 1")
    assert (rings["framework_name"], rings["framework_dimension"]) == ("dreier ring", 0)
    assert (disordered["ordered"], disordered["vacancy_fractions"]) == (False, "Li@8c 0.1")
    assert (disordered["mixed_sites"], disordered["mobile_vacancy_fraction"]) == ("N/Cl@4a", 0.1)


def test_rows_agree_with_the_single_commands(nitrivac, tmp_path):
    run(["Li5SiN3"], tmp_path / "t.jsonl", options=ScreenOptions())
    (row,) = rows_of(tmp_path / "t.jsonl")
    hops, (check,) = nitrivac("hops", "Li5SiN3", "--json").json, nitrivac("verify", "Li5SiN3", "--json").json
    assert [row[f"percolation_{n}D_A"] for n in (1, 2, 3)] == [one["distance_A"] for one in hops["percolation"]]
    assert [row[f"percolation_{n}D_bottleneck_A"] for n in (1, 2, 3)] == [
        one["bottleneck_radius_A"] for one in hops["percolation"]
    ]
    assert row["hops"] == sum(one["id"] != "-" for one in hops["hops"])
    assert row["widest_bottleneck_A"] == max(one["bottleneck_radius_A"] for one in hops["hops"] if one["elementary"])
    assert [row["plateau_low_A"], row["plateau_high_A"]] == pytest.approx(check["plateau"], abs=1e-8)
    assert (row["hall"], row["density_g_cm3"]) == (check["found"]["hall"], check["density_g_cm3"])
    frameworks = nitrivac("polyhedra", "Li5SiN3", "--json").json["frameworks"]
    assert row["frameworks"] == len(frameworks)


def test_only_what_was_asked_for_is_computed(tmp_path):
    run(["beta-Li3N"], tmp_path / "t.csv", options=ScreenOptions(parts=("hops",)))
    (row,) = rows_of(tmp_path / "t.csv")
    filled = {column.part for column in COLUMNS if row[column.name] is not None}
    assert filled == {"run", "hops"}
    assert row["parts"] == "hops"


def test_a_part_without_an_answer_leaves_the_others():
    row = structure_row(load("beta-Li3N"), ScreenOptions(species="Na"))
    assert (row["status"], row["error"]) == ("partial", "UnsupportedError")
    assert row["message"].startswith("hops: beta-Li3N has no Na")
    assert row["space_group_number"] == 194
    alone = structure_row(load("beta-Li3N"), ScreenOptions(species="Na", parts=("hops",)))
    assert alone["status"] == "failed"


def test_a_fault_of_the_program_is_a_row(monkeypatch):
    monkeypatch.setattr("nitrivac.verification.symmetry_check.verify", lambda _: 1 / 0)
    row = structure_row(load("beta-Li3N"), ScreenOptions(parts=("identity", "symmetry")))
    assert (row["status"], row["error"], row["formula"]) == ("partial", "ZeroDivisionError", "Li3N")


def test_failures_are_rows_too(folder, tmp_path):
    listed = io.StringIO(f"{folder}/broken.cif\n\nbeta-Li3N\n{folder}/none.cif\n{folder}\n/dev/null\n")
    summary = run(["-"], tmp_path / "t.parquet", listed=listed)
    assert (summary.rows, summary.ok, summary.failed) == (5, 1, 4)
    assert summary.errors == {"ReadError": 4}
    broken, good, missing, place, device = rows_of(tmp_path / "t.parquet")
    assert (broken["status"], broken["error"]) == ("failed", "ReadError")
    assert str(folder) not in broken["message"]
    assert good["formula"] == "Li3N"
    assert "No such file" in missing["message"]
    assert (place["message"], device["message"]) == ("cannot be read: is no file",) * 2


def test_the_order_of_a_folder(folder):
    items = list(find_items([str(folder), "beta-Li3N"]))
    names = [item.source.removeprefix(f"{folder}/") for item in items]
    files = ["LiPN2.cif", "a empty.cif", "alpha-Li3N.cif", "b/Li9N2Cl3.cif", "b/beta-Li3N.cif", "broken.cif"]
    assert names == [*files, "beta-Li3N"]
    assert [item.path is None for item in items] == [False] * 6 + [True]
    globbed = [item.source for item in find_items([f"{folder}/**/*Li3N.cif"])]
    assert globbed == sorted(globbed)
    assert {Path(name).name for name in globbed} == {"alpha-Li3N.cif", "beta-Li3N.cif"}
    assert len(list(find_items(["all"]))) == 60
    assert [item.source for item in find_items(["all"], candidates=True)][60:] == candidate_sources(materials())


@pytest.mark.parametrize("source", ["no-such-id", "none/*.cif", "./none.cif", "Li5NI3"])
def test_a_source_that_is_nothing_is_refused(tmp_path, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SpecificationError, match=source.replace("*", r"\*")):
        run([source], tmp_path / "t.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_structures_is_refused(tmp_path):
    with pytest.raises(SpecificationError, match="no structure file"):
        run([tmp_path], tmp_path / "t.csv")


def test_names_that_are_no_text_are_written_out(tmp_path):
    name = os.fsdecode(b"\xff.cif")
    (tmp_path / name).write_text("data_x\n", encoding="utf-8")
    for suffix in TABLE_SUFFIXES:
        run([tmp_path], tmp_path / f"t{suffix}")
        (row,) = rows_of(tmp_path / f"t{suffix}")
        assert row["source"] == f"{tmp_path}/\\xff.cif"


@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_a_run_stopped_anywhere_goes_on_to_the_same_table(folder, tmp_path, suffix):
    whole = tmp_path / f"whole{suffix}"
    run([folder], whole)
    output = tmp_path / f"stopped{suffix}"
    for stop in count(0):
        assert not output.exists()
        try:
            summary = run([folder], output, Serial(stop=1))
        except KeyboardInterrupt:
            with journal_path(output).open("ab") as stream:
                stream.write(b'{"sum":"0' * (stop % 2))
            continue
        break
    assert stop == 5
    assert (summary.computed, summary.rows) == (1, 6)
    assert output.read_bytes() == whole.read_bytes()


def test_what_is_done_is_not_done_again(folder, tmp_path):
    output = tmp_path / "t.csv"
    assert run([folder], output).computed == 6
    first = output.read_bytes()
    assert run([folder], output).computed == 0
    assert output.read_bytes() == first
    assert run([folder], output, options=ScreenOptions(parts=("identity",))).computed == 6
    assert run([folder], output).computed == 0
    (folder / "b" / "beta-Li3N.cif").write_bytes((folder / "alpha-Li3N.cif").read_bytes())
    assert run([folder], output).computed == 1
    assert rows_of(output)[4]["volume_A3"] == rows_of(output)[2]["volume_A3"]
    moved = folder.rename(tmp_path / "elsewhere")
    assert run([moved], output).computed == 0
    assert rows_of(output)[0]["source"].startswith(str(moved))
    assert run([moved], output, retry=True).computed == 2
    assert run([moved], output, resume=False, overwrite=True).computed == 6


def test_what_ran_out_of_time_is_tried_again_with_other_limits(tmp_path):
    class Slow(Serial):
        def __call__(self, function, tasks, **_):
            from dataclasses import replace

            from nitrivac.engines.tasks import Failure

            for outcome in super().__call__(function, tasks):
                yield replace(outcome, value=None, failure=Failure(error="TimeLimit", message="not done"))

    output = tmp_path / "t.csv"
    assert run(["beta-Li3N"], output, Slow(limits=Limits(seconds=1))).errors == {"TimeLimit": 1}
    assert run(["beta-Li3N"], output, Slow(limits=Limits(seconds=1))).computed == 0
    assert run(["beta-Li3N"], output, Serial(limits=Limits(seconds=2))).ok == 1
    assert run(["beta-Li3N"], output, Slow(limits=Limits(seconds=1))).ok == 1


def test_a_file_that_changes_while_it_is_screened_is_no_result(folder, tmp_path):
    class Meddling(Serial):
        def __call__(self, function, tasks, **_):
            for task in tasks:
                (folder / "LiPN2.cif").write_bytes((folder / "alpha-Li3N.cif").read_bytes())
                yield from super().__call__(function, [task])

    assert run([folder / "LiPN2.cif"], tmp_path / "t.jsonl", Meddling()).failed == 1
    (row,) = rows_of(tmp_path / "t.jsonl")
    assert "was changed" in row["message"]
    assert run([folder / "LiPN2.cif"], tmp_path / "t.jsonl").ok == 1


def test_a_table_that_is_not_ours_is_not_overwritten(tmp_path):
    output = tmp_path / "t.csv"
    output.write_text("precious", encoding="utf-8")
    with pytest.raises(OutputError, match="--force"):
        run(["beta-Li3N"], output)
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
    assert output.read_text(encoding="utf-8") == "precious"
    run(["beta-Li3N"], output, overwrite=True)
    with pytest.raises(OutputError, match="--force"):
        run(["beta-Li3N"], output, resume=False)


def test_two_runs_into_one_table(tmp_path):
    output = tmp_path / "t.csv"
    with open_journal(journal_path(output)), pytest.raises(OutputError, match="another run"):
        run(["beta-Li3N"], output)
    assert run(["beta-Li3N"], output).ok == 1


@pytest.mark.parametrize("name", ["t.txt", "t", "t.csv.gz"])
def test_other_tables_are_refused(tmp_path, name):
    with pytest.raises(SpecificationError, match=r"\.parquet"):
        run(["beta-Li3N"], tmp_path / name)


def test_tables_give_back_what_was_written(tmp_path):
    values = {"int": -3, "float": 0.1, "bool": False, "str": 'a, "b"\nÅ'}
    row = {column.name: values[column.kind] for column in COLUMNS}
    for suffix in TABLE_SUFFIXES:
        write_table(tmp_path / f"t{suffix}", [row, {}, row])
        assert rows_of(tmp_path / f"t{suffix}") == [row, dict.fromkeys(row), row]


@pytest.mark.parametrize("suffix", TABLE_SUFFIXES)
def test_what_is_no_table_is_said_to_be_none(tmp_path, suffix):
    path = tmp_path / f"t{suffix}"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(ReadError, match=str(path)):
        rows_of(path)


def test_every_column_is_explained(nitrivac):
    printed = nitrivac("screen", "--columns").out
    assert all(f" {column.name} " in printed for column in COLUMNS)
    assert all(len(line) <= 80 for line in printed.splitlines())
    assert len({column.name for column in COLUMNS}) == len(COLUMNS) == 75


def test_parts_are_checked():
    assert chosen_parts("hops, identity") == ("identity", "hops")
    for text in ("", "hop", "hops,angles"):
        with pytest.raises(SpecificationError, match="polyhedra"):
            chosen_parts(text)


def test_memory_does_not_grow_with_the_number_of_structures(tmp_path):
    (tmp_path / "empty.cif").write_text("", encoding="utf-8")

    def peak(number):
        output = tmp_path / f"{number}.csv"
        tracemalloc.start()
        names = (f"{tmp_path}/empty.cif\n" for _ in range(number))
        assert run(["-"], output, listed=names).failed == number
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(10)
    assert peak(3000) - peak(300) < 3000 * 100  # 24 bytes for each record, and what sorting them takes
