"""The journal after everything that can happen to a file."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac.engines.journal import HEADER, encoded, is_whole, open_journal
from nitrivac.errors import OutputError

KEYS = [f"{number:032x}" for number in (5, 1 << 127, 7, (1 << 64) + 5)]


def write(path, keys=KEYS):
    with open_journal(path) as journal:
        for number, key in enumerate(keys):
            journal.append(key, {"row": {"n": number, "text": "Å\n\udc80"}})


def found(path, keys=KEYS):
    with open_journal(path) as journal:
        places = [journal.find(key) for key in keys]
        return [None if place is None else journal.read(place)["row"]["n"] for place in places], journal.damaged


def test_what_is_written_is_found(tmp_path):
    write(tmp_path / "j")
    assert found(tmp_path / "j") == ([0, 1, 2, 3], 0)
    assert found(tmp_path / "j", ["0" * 32, "f" * 32]) == ([None, None], 0)
    lines = (tmp_path / "j").read_bytes().splitlines()
    assert [json.loads(line).get("key") for line in lines] == [None, *KEYS]


def test_the_last_of_several_records_counts(tmp_path):
    write(tmp_path / "j", [KEYS[0], KEYS[1], KEYS[0]])
    assert found(tmp_path / "j", KEYS[:2]) == ([2, 1], 0)


def test_a_journal_torn_at_any_byte_keeps_every_whole_record_and_goes_on(tmp_path):
    write(tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    ends = [0]
    for line in content.splitlines(keepends=True):
        ends.append(ends[-1] + len(line))
    for cut in range(len(content)):
        path = tmp_path / "torn"
        path.write_bytes(content[:cut])
        whole = max(0, sum(end <= cut for end in ends) - 2)
        expected = [number if number < whole else None for number in range(4)]
        torn = cut > len(HEADER) and cut not in ends
        assert found(path) == (expected, int(torn)), cut
        assert path.read_bytes() == content[: max(ends[whole + 1], len(HEADER))]
        write(path, KEYS[whole:])
        assert found(path)[0] == [*range(whole), *range(4 - whole)]


@pytest.mark.parametrize("damage", [b"\0", b"\n", b"x", b'"'])
def test_damage_anywhere_costs_the_records_it_hits(tmp_path, damage):
    write(tmp_path / "whole")
    content = (tmp_path / "whole").read_bytes()
    for place in range(len(HEADER), len(content)):
        if content[place : place + 1] == damage:
            continue
        path = tmp_path / "damaged"
        path.write_bytes(content[:place] + damage + content[place + 1 :])
        numbers, damaged = found(path)
        assert damaged >= 1
        lost = [number for number in range(4) if numbers[number] is None]
        assert all(number is None or number == place for place, number in enumerate(numbers))
        assert 1 <= len(lost) <= 2  # a line end that is lost joins two records


@given(st.binary(max_size=200))
def test_no_other_line_is_taken_for_a_record(line):
    record = encoded(KEYS[0], {"row": {}})
    assert is_whole(record)
    assert not is_whole(line)
    assert not is_whole(record + line) or not line


@pytest.mark.parametrize("content", [b"formula,sites\nLi3N,4\n", b"\0" * 100, b'{"run": {}}\n', b"data_x"])
def test_another_file_is_refused_and_left_alone(tmp_path, content):
    (tmp_path / "j").write_bytes(content)
    with pytest.raises(OutputError, match="no journal"), open_journal(tmp_path / "j"):
        pass
    assert (tmp_path / "j").read_bytes() == content


def test_a_second_run_is_kept_out_until_the_first_has_ended(tmp_path):
    with open_journal(tmp_path / "j"), pytest.raises(OutputError, match="another run"), open_journal(tmp_path / "j"):
        pass
    with open_journal(tmp_path / "j"):
        pass


def test_beginning_anew_waits_for_its_turn(tmp_path):
    write(tmp_path / "j")
    before = (tmp_path / "j").read_bytes()
    with open_journal(tmp_path / "j"), pytest.raises(OutputError), open_journal(tmp_path / "j", fresh=True):
        pass
    assert (tmp_path / "j").read_bytes() == before
    with open_journal(tmp_path / "j", fresh=True) as journal:
        assert len(journal) == 0
    assert (tmp_path / "j").read_bytes() == HEADER


def test_a_full_disk_leaves_whole_records_only(tmp_path):
    script = (
        "import resource, sys\nfrom pathlib import Path\nfrom nitrivac.engines.journal import open_journal\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))\n"
        "with open_journal(Path(sys.argv[1])) as journal:\n"
        "    for number in range(1000):\n"
        "        journal.append(f'{number:032x}', {'row': {'n': number}})\n"
    )
    done = subprocess.run([sys.executable, "-c", script, tmp_path / "j"], capture_output=True, text=True, check=False)
    assert "OutputError" in done.stderr
    assert "File too large" in done.stderr
    content = (tmp_path / "j").read_bytes()
    assert 4900 < len(content) <= 5000
    assert all(is_whole(line) for line in content.splitlines(keepends=True)[1:])
    with open_journal(tmp_path / "j") as journal:
        assert journal.damaged == 0
        assert journal.find(f"{len(journal) - 1:032x}") is not None


def test_a_folder_without_a_place_is_said(tmp_path):
    with pytest.raises(OutputError, match="No such file"), open_journal(tmp_path / "none" / "j"):
        pass
