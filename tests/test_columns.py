"""Columns declared once: JSON, CSV, tables for people and their uncertainties say the same of a record."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from fractions import Fraction

import pytest

from nitrivac.columns import Column, Columns, Table, plain_value
from tests.documents.classes import every_document_class


@dataclass(frozen=True)
class Length:
    name: str
    value: float | None
    su: float | None
    ends: tuple[str, ...]
    caution: str | None = None
    source: str = "<here>"


def is_long(one):
    return (one.value or 0) > 2


COLUMNS = Columns(
    (
        Column("name", lambda one: one.name, heading="name", left=True),
        Column("length_A", lambda one: one.value, uncertainty=lambda one: one.su, heading="d (Å)"),
        Column("ends", lambda one: one.ends),
        Column(
            "long", lambda one: (one.value or 0) > 2, heading="", text=lambda one: "long" if (one.value or 0) > 2 else ""
        ),
        Column("pair", lambda one: "-".join(one.ends), json=False, flat=lambda one: "+".join(one.ends)),
    ),
    shown="length_A name long",
)
KNOWN = Length("a", 2.06514, 0.00213, ("Li", "N"))
UNKNOWN = Length("b", None, None, ())


def test_json_has_rounded_numbers_beside_their_uncertainties():
    assert COLUMNS.plain(KNOWN) == {
        "name": "a", "length_A": 2.0651, "length_A_su": 0.0021, "ends": ["Li", "N"], "long": True
    }  # fmt: skip
    assert COLUMNS.plain(UNKNOWN) == {"name": "b", "length_A": None, "length_A_su": None, "ends": [], "long": False}


def test_csv_has_the_same_numbers_flat():
    text = COLUMNS.csv([KNOWN, UNKNOWN])
    first, second = csv.DictReader(io.StringIO(text))
    assert first == {
        "name": "a", "length_A": "2.0651", "length_A_su": "0.0021", "ends": "Li N", "long": "True", "pair": "Li+N"
    }  # fmt: skip
    assert second["length_A"] == second["length_A_su"] == second["ends"] == ""
    assert tuple(first) == COLUMNS.names


def test_people_read_the_uncertainty_in_parentheses():
    table = Table(title="Lengths", columns=COLUMNS, records=[KNOWN, UNKNOWN], remarks=("d < 3",))
    assert table.headings == ("d (Å)", "name", "")
    assert table.cells() == [("2.065(2)", "a", "long"), ("-", "b", "")]
    page = table.of(KNOWN).html()
    for words in ("Lengths of &lt;here&gt;", "2.065(2)", "<p>d &lt; 3</p>"):
        assert words in page
    assert "1 more rows" in table.html(limit=1)
    assert len(table.cells(1)) == 1


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (-0.00001, 0.0),
        (float("nan"), None),
        ((1, 2.00004), [1, 2.0]),
        ({2: 1 / 3}, {"2": 0.3333}),
        (Fraction(2, 5), "2/5"),
        (True, True),
        (None, None),
    ],
)
def test_values_as_json_has_them(value, plain):
    assert plain_value(value) == plain
    assert str(plain_value(value)) == str(plain)


@pytest.mark.parametrize("kind", every_document_class(), ids=lambda kind: kind.__name__)
def test_columns_of_a_class_have_names_of_their_own(kind):
    names = [column.name for column in kind.columns.columns if column.json]
    flat = kind.columns.names
    assert len(set(names)) == len(names)
    assert len(set(flat)) == len(flat)
    assert all(column.heading is not None for column in kind.columns.for_people)
