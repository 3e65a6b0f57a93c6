"""Shards of a screening are the whole, or it is said why not."""

from __future__ import annotations

import pytest

from nitrivac.errors import OutputError, ReadError, SpecificationError
from nitrivac.screening.merge import merge_tables
from nitrivac.screening.row import ScreenOptions
from nitrivac.screening.run import screen
from nitrivac.screening.summary import ScreenMode
from tests.engines.tasks import Serial

SUFFIXES = (".parquet", ".csv", ".jsonl")


def run(folder, output, shard=(1, 1), parts=("identity",)):
    screen([str(folder)], output, engine=Serial(), options=ScreenOptions(parts=parts), mode=ScreenMode(shard=shard))
    return output


@pytest.mark.parametrize("number", [1, 2, 3, 8])
def test_shards_merged_are_what_one_run_writes(folder, tmp_path, number):
    parts = [run(folder, tmp_path / f"part{k}{SUFFIXES[k % 3]}", (k, number)) for k in range(1, number + 1)]
    for suffix in SUFFIXES:
        whole = run(folder, tmp_path / f"whole{suffix}")
        assert merge_tables(parts[::-1], tmp_path / f"merged{suffix}") == 6
        assert (tmp_path / f"merged{suffix}").read_bytes() == whole.read_bytes()


def test_a_shard_that_is_missing_is_missed(folder, tmp_path):
    for number in (3, 7):
        parts = [run(folder, tmp_path / f"{k}of{number}.csv", (k, number)) for k in range(1, number + 1)]
        for left_out in range(min(number, 6)):
            rest = [part for place, part in enumerate(parts) if place != left_out]
            with pytest.raises(SpecificationError, match="in none of the tables"):
                merge_tables(rest, tmp_path / "merged.csv")
    assert not (tmp_path / "merged.csv").exists()
    assert not list(tmp_path.glob(".*"))


def test_what_does_not_belong_together_is_not_joined(folder, tmp_path):
    one, two = (run(folder, tmp_path / f"{k}.csv", (k, 2)) for k in (1, 2))
    other = run(folder, tmp_path / "other.csv", (2, 2), parts=("vacancies",))
    with pytest.raises(SpecificationError, match="another screening"):
        merge_tables([one, other], tmp_path / "merged.csv")
    with pytest.raises(SpecificationError, match=r"structure 1 .* too"):
        merge_tables([one, two, one], tmp_path / "merged.csv")
    with pytest.raises(OutputError, match="one of the parts"):
        merge_tables([one, two], one)
    with pytest.raises(ReadError, match="No such file"):
        merge_tables([one, tmp_path / "none.csv"], tmp_path / "merged.csv")
    merge_tables([one, two], tmp_path / "merged.csv")
    with pytest.raises(OutputError, match="--force"):
        merge_tables([one, two], tmp_path / "merged.csv")
    lines = one.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "turned.csv").write_text("".join(lines[place] for place in (0, 1, 1)), encoding="utf-8")
    with pytest.raises(ReadError, match="order"):
        merge_tables([tmp_path / "turned.csv", two], tmp_path / "again.csv")
