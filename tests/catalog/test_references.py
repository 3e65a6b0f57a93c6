"""Numbers of the review's list as names and years, each with what it was matched by."""

from __future__ import annotations

import pytest

from nitrivac import materials
from nitrivac.catalog.references import REVIEW, find_reference, full_reference, short_reference


def test_every_number_of_a_measurement_has_a_name_and_a_year():
    numbers = {one.reference for material in materials() for one in material.measurements if one.reference}
    assert len(numbers) > 25
    for number in numbers:
        assert short_reference(number).rsplit(" ", 1)[1].isdigit()
        found = find_reference(number)
        assert (found is None) == short_reference(number).startswith(f"ref. {number} in {REVIEW.short}")
        assert found is None or found.matched


@pytest.mark.parametrize(("number", "identifier"), [(15, "beta-Li3N-vacancy-rich-refined"), (98, "Li18Si3N10")])
def test_a_reference_is_that_of_the_records_that_cite_it(number, identifier):
    (material,) = (one for one in materials() if one.id == identifier)
    assert material.source.doi == find_reference(number).doi
    assert number in {one.reference for one in material.measurements}


def test_what_is_known_by_number_only_says_so():
    assert short_reference(26) == "ref. 26 in Li et al. 2025"
    assert full_reference(26) == f"number 26 of the list of {REVIEW.citation}"
    assert full_reference(64).startswith(
        "P. Hartwig, W. Weppner, W. Wichelhaus, A. Rabenau, Solid State Commun. 30 (1979) 601"
    )
