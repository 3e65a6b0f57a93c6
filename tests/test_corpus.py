"""Structure files of others are read, and read back from what other programs make of them."""

from __future__ import annotations

import pytest

from tests.corpus import CASES, FOLDERS, files, outcome
from tests.elsewhere import shared
from tests.rewritten import chosen_files, faults_of


@pytest.mark.slow
@pytest.mark.parametrize("folder", [folder for folder in FOLDERS if folder != CASES])
def test_no_file_is_refused_that_pymatgen_reads(folder):
    shared(folder)
    paths = files(folder)
    assert len(paths) >= 160
    assert [f"{one.name}: {one.fault}" for one in (outcome(path, screened=False) for path in paths) if one.fault] == []


@pytest.mark.slow
def test_structures_come_back_from_the_files_of_other_programs():
    """Group, contents and distances, by eight ways of writing; `tests/corpus.py --rewritten 200` takes more of them."""
    shared("corpus")
    faults = [fault for path in chosen_files(60) for fault in faults_of(path)]
    assert faults == []
