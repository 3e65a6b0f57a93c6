"""What a specification means, and what cannot be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac import load
from nitrivac.errors import AddressError, SpecificationError
from nitrivac.io.cif.read import crystal_from_cif
from nitrivac.io.cif.write import cif_text
from nitrivac.vacancies import average_crystal, parse_specification


@pytest.mark.parametrize(
    ("item", "fraction", "uncertainty"),
    [
        ("Li@4f=8.1(2)%", 0.081, 0.002),
        ("Li@4f = 8.1(2) %", 0.081, 0.002),
        ("Li@f=0.081(2)", 0.081, 0.002),
        ("Li2=8.1%", 0.081, None),
        ("4f=0.081", 0.081, None),
        ("Li@4f=6/72", 1 / 12, 0.0),
        ("Li@4f=0", 0.0, None),
    ],
)
def test_forms_of_one_item(item, fraction, uncertainty):
    (target,) = parse_specification(load("beta-Li3N"), [item]).targets
    vacancy = target.vacancy
    assert (vacancy.fraction if vacancy else 0.0) == pytest.approx(fraction)
    if vacancy and uncertainty is None:
        assert vacancy.uncertainty is None
    elif vacancy:
        assert vacancy.uncertainty == pytest.approx(uncertainty)
    assert target.address == "Li@4f"


def test_mixtures_with_vacancy_as_one_more_occupant():
    (target, other) = parse_specification(load("Li9N2Cl3"), ["4a=N:0.4,Cl:0.5"]).targets
    assert {share.occupant: round(share.fraction, 9) for share in target.shares} == {"N": 0.4, "Cl": 0.5, "vacancy": 0.1}
    assert {share.occupant: round(share.fraction, 9) for share in other.shares} == {"Li": 0.9, "vacancy": 0.1}


def test_a_disordered_source_needs_no_specification():
    specification = parse_specification(load("beta-Li3N-vacancy-rich-refined"))
    assert {target.address: round(target.vacancy.fraction, 9) for target in specification.targets} == {
        "N@2c": 0.054,
        "Li@4f": 0.081,
    }


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (["Li@4f"], ["Li@4f", "accepted"]),
        (["Li@4f="], ["accepted"]),
        (["=5%"], ["accepted"]),
        (["Li@4f=abc"], ["abc"]),
        (["Li@4f=120%"], ["1.2"]),
        (["Li@4f=8.1"], ["8.1", "%"]),
        (["Li@4f=-1%"], ["-0.01"]),
        (["Li@4f=nan"], ["nan"]),
        (["Li@4f=100%"], ["nothing would be left"]),
        (["Li@4f=7/6"], ["7 of 6"]),
        (["Li@4f=0/0"], ["0 of 0"]),
        (["Li@4f=5%", "Li2=4%"], ["twice"]),
        (["4f=Li:0.7,Na:0.4"], ["1.1"]),
        (["4f=Li:0.7,Xx:0.1"], ["Xx"]),
        (["4f=Li:0.7,Li:0.1"], ["twice"]),
    ],
)
def test_impossible_specifications(items, words):
    with pytest.raises(SpecificationError) as error:
        parse_specification(load("beta-Li3N"), items)
    assert "\n" not in str(error.value)
    for word in words:
        assert word in str(error.value)


def test_a_vacant_share_of_a_mixed_site_must_say_of_what():
    with pytest.raises(SpecificationError, match=r"4a=N:0.4,Cl:0.6"):
        parse_specification(load("Li9N2Cl3"), ["4a=5%"])


@pytest.mark.parametrize(("source", "address"), [("beta-Li3N", "Li@4e"), ("Li4PN3", "Li@8e")])
def test_sites_that_are_not_there_or_several(source, address):
    with pytest.raises(AddressError):
        parse_specification(load(source), [f"{address}=5%"])


@given(st.integers(0, 999), st.integers(1, 99))
def test_a_percentage_with_uncertainty_means_what_it_says(thousandths, last_digit):
    text = f"Li@4f={thousandths / 10:.1f}({last_digit})%"
    (target,) = parse_specification(load("beta-Li3N"), [text]).targets
    if thousandths:
        assert target.vacancy.fraction == pytest.approx(thousandths / 1000)
        assert target.vacancy.uncertainty == pytest.approx(last_digit / 1000)


def test_the_average_structure_is_neutral_and_a_real_cif():
    crystal = load("beta-Li3N")
    average = average_crystal(crystal, parse_specification(crystal, ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"]))
    assert average.formula == "Li2.838N0.946"
    assert average.charge == pytest.approx(0, abs=1e-9)
    assert average.space_group.setting == "P6_3/mmc"
    again = crystal_from_cif(cif_text(average), "average.cif", symprec=0.01)
    assert again.contents == pytest.approx({"N": 1.892, "Li": 5.676})
    assert again.space_group.setting == "P6_3/mmc"
    recorded = load("beta-Li3N-vacancy-rich-refined")
    assert average.contents == pytest.approx(recorded.contents)
