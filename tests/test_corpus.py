"""Structure files of others are read, and read back from what other programs make of them."""

from __future__ import annotations

import pytest

from tests.corpus import CASES, FOLDERS, files, outcome
from tests.elsewhere import shared
from tests.rewritten import chosen_files, faults_of

# What another program wrote and we do not read as the original, each with the reason.
CONTRADICTORY = {
    # At its tolerance pymatgen finds R-3 for the operations and P-1 for the symbol of one file: refused, both named.
    "corpus/mp/mp-1275701.cif: pymatgen with symprec",
}


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
    assert [one for one in faults if not one.startswith(tuple(CONTRADICTORY))] == []
