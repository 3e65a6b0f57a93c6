"""Files are whole or absent, whatever happens while they are written."""

from __future__ import annotations

import errno
import os

import pytest

from nitrivac.errors import OutputError
from nitrivac.files import prepare_folder, whole_file, write_text, write_texts


def test_a_file_is_written_whole_and_an_existing_one_kept(tmp_path):
    path = write_text(tmp_path / "it.txt", "α β\n")
    assert path.read_bytes() == "α β\n".encode()
    with pytest.raises(OutputError, match="--force"):
        write_text(path, "other")
    assert path.read_text(encoding="utf-8") == "α β\n"
    write_text(path, "other", overwrite=True)
    assert path.read_text(encoding="utf-8") == "other"
    assert [entry.name for entry in tmp_path.iterdir()] == ["it.txt"]


@pytest.mark.parametrize("call", ["fsync", "write", "replace"])
def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, call):
    def full(*_arguments, **_options):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    old = write_text(tmp_path / "old.txt", "old")
    if call == "replace":
        monkeypatch.setattr("nitrivac.files.os.replace", full)
    elif call == "write":
        monkeypatch.setattr("nitrivac.files.os.write", full)
    else:
        monkeypatch.setattr("nitrivac.files.os.fsync", full)
    for path in (tmp_path / "new.txt", old):
        with pytest.raises(OutputError, match="No space left"):
            write_text(path, "new", overwrite=True)
    assert [entry.name for entry in tmp_path.iterdir()] == ["old.txt"]
    assert old.read_text(encoding="utf-8") == "old"


def test_folders_that_cannot_be(tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OutputError, match="is a file"):
        prepare_folder(tmp_path / "file")
    with pytest.raises(OutputError, match="cannot be made"):
        prepare_folder(tmp_path / "file" / "below")
    with pytest.raises(OutputError, match="folder"):
        write_text(tmp_path, "x")
    assert prepare_folder(tmp_path / "a" / "b").is_dir()


def test_a_folder_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr("nitrivac.files.os.access", lambda *_: False)
    with pytest.raises(OutputError, match="cannot be written"):
        prepare_folder(tmp_path)


def test_several_files_are_all_written_or_none(tmp_path, monkeypatch):
    from nitrivac import files

    real, calls = files.os.fsync, []

    def full_at_the_third(handle):
        calls.append(handle)
        if len(calls) == 3:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr("nitrivac.files.os.fsync", full_at_the_third)
    with pytest.raises(OutputError, match=r"three: cannot be written: No space left"):
        write_texts({tmp_path / name: "x" for name in ("one", "two", "three", "four")})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("together", [True, False])
def test_many_files_are_on_disk_before_the_first_takes_its_name(tmp_path, monkeypatch, together):
    """Whatever way the disk is asked, no name stands for a file that is not there yet."""
    from nitrivac import files

    real, synced = files.os.fsync, []
    names = [f"{number}.txt" for number in range(files._MANY + 4)]

    def state():
        return {entry.name for entry in tmp_path.iterdir() if not entry.name.startswith(".")}

    def folder_synced(_folder):
        assert sum(entry.stat().st_size == 1 for entry in tmp_path.iterdir()) == len(names)
        synced.append(state())
        return together

    def file_synced(handle):
        synced.append(state())
        real(handle)

    monkeypatch.setattr("nitrivac.files._sync_file_system", folder_synced)
    monkeypatch.setattr("nitrivac.files.os.fsync", file_synced)
    write_texts({tmp_path / name: "x" for name in names})
    before_names, after_names = synced[:-1], synced[-1]
    assert before_names == [set()] * (1 if together else len(names) + 1)
    assert after_names == set(names)  # the folder itself, last


def test_many_files_are_all_written_or_none(tmp_path, monkeypatch):
    def full(_folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("nitrivac.files._sync_file_system", full)
    with pytest.raises(OutputError, match="No space left"):
        write_texts({tmp_path / f"{number}.txt": "x" for number in range(40)})
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_written_beside_an_existing_one(tmp_path):
    write_text(tmp_path / "two", "old")
    with pytest.raises(OutputError, match="--force"):
        write_texts({tmp_path / name: "new" for name in ("one", "two")})
    assert [path.name for path in tmp_path.iterdir()] == ["two"]


def test_an_interrupt_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupted(_handle):
        raise KeyboardInterrupt

    monkeypatch.setattr("nitrivac.files.os.fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(tmp_path / "it", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_stream_that_fails_leaves_what_was_there(tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(OutputError, match="exists already"), whole_file(path):
        pass
    for error in (OSError(errno.ENOSPC, "No space left on device"), ValueError("no")):
        with pytest.raises((OutputError, ValueError)):
            _half_written(path, error)
        assert path.read_text(encoding="utf-8") == "old"
    with whole_file(path, overwrite=True) as stream:
        stream.write(b"new")
    assert path.read_text(encoding="utf-8") == "new"
    assert [one.name for one in tmp_path.iterdir()] == ["t.csv"]


def _half_written(path, error):
    with whole_file(path, overwrite=True) as stream:
        stream.write(b"half")
        raise error


def test_only_what_a_killed_writer_left_is_removed(tmp_path):
    left = tmp_path / ".a.cif.nitrivac-0123456789ab.part"
    others = [tmp_path / name for name in (".hidden", ".b.part", "c.nitrivac-0123456789ab.part")]
    for path in (left, *others):
        path.write_text("", encoding="utf-8")
    write_text(tmp_path / "a.cif", "a")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*(path.name for path in others), "a.cif"])
