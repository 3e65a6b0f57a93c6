"""Each way a record can be wrong is named with file, key and value."""

from __future__ import annotations

import copy

import pytest
import yaml

from nitrivac.catalog import get_material, load_record, to_dict
from nitrivac.catalog.coordinates import parse_coordinate
from nitrivac.catalog.validation import TWO_ORIGINS, formula_amounts
from nitrivac.errors import RecordError
from nitrivac.io.sources import crystal_from_record


@pytest.fixture
def record():
    return copy.deepcopy(to_dict(get_material("beta-Li3N")))


@pytest.fixture
def load(tmp_path):
    def write_and_load(data):
        path = tmp_path / "mine.yaml"
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
        return load_record(path)

    return write_and_load


def test_a_records_own_data_load_again(record, load):
    assert to_dict(load(record)) == record


def change(path, value):
    def apply(record):
        *parents, last = path
        target = record
        for key in parents:
            target = target[key]
        target[last] = value

    return apply


def drop(key):
    return lambda record: record.pop(key)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change(["colour"], "red"), ["colour", "unknown key"]),
        (change(["sites", 2, "wykoff"], "4f"), ["sites[2]", "wykoff", "wyckoff"]),
        (drop("formula"), ["formula", "missing"]),
        (drop("z"), ["z", "needs it"]),
        (drop("lattice"), ["lattice", "needs it"]),
        (change(["status"], "solved"), ["status", "solved"]),
        (change(["status"], "disordered"), ["status", "resolved"]),
        (change(["grade"], "Z"), ["grade", "Z"]),
        (change(["id"], "a b"), ["id", "a b"]),
        (change(["formula"], "Li4N"), ["formula", "Li4N", "Li3"]),
        (change(["formula"], "Lithium nitride"), ["formula", "Lithium nitride"]),
        (change(["z"], 3), ["z", "3", "2 times per cell"]),
        (change(["z"], float("nan")), ["z: nan", "finite"]),
        (change(["sites", 1, "species"], {"Li": 1.2}), ["sites[1].species.Li", "1.2"]),
        (change(["sites", 1, "species"], {"Li": 0.7, "Na": 0.5}), ["sites[1].species", "1.2"]),
        (change(["sites", 1, "species"], {"Lx": 1}), ["sites[1].species", "Lx"]),
        (change(["sites", 1, "species"], {"Li": 0}), ["sites[1].species.Li", "0"]),
        (change(["sites", 1, "oxidation"], {"Na": 1}), ["sites[1].oxidation", "Na"]),
        (change(["sites", 1, "wyckoff"], "b2"), ["sites[1].wyckoff", "b2"]),
        (change(["sites", 1, "label"], "N1"), ["sites[1].label", "N1"]),
        (change(["sites", 1, "xyz"], [0, 0]), ["sites[1].xyz"]),
        (change(["sites", 1, "xyz"], [0, 0, "z"]), ["sites[1].xyz (z)", "'z'"]),
        (change(["lattice", "a"], -3.5), ["lattice.a", "-3.5"]),
        (change(["lattice", "gamma"], 200), ["lattice.gamma", "200"]),
        (change(["lattice", "alpha"], 10), ["lattice", "no cell has these angles"]),
        (change(["space_group", "number"], 231), ["space_group.number", "231"]),
        (change(["space_group"], {"symbol": "Fd-3m", "number": 227}), ["space_group.symbol", "Fd-3m:1", "Fd-3m:2"]),
    ],
)
def test_a_broken_record_names_key_and_value(record, load, spoil, words):
    spoil(record)
    with pytest.raises(RecordError) as error:
        load(record)
    message = str(error.value)
    assert "mine.yaml" in message
    assert "\n" not in message
    for word in words:
        assert word in message


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change(["sites", 2, "wyckoff"], "4e"), ["sites[2]", "4f", "4e"]),
        (change(["sites", 2, "xyz"], ["1/3", "2/3", 0.25]), ["sites[2]", "2c", "4f"]),
        (change(["sites", 2, "xyz"], [0.33, 0.67, 0.577]), ["sites[2]", "4f"]),
        (change(["space_group", "symbol"], "P6_3/mm"), ["space_group.symbol", "P6_3/mm"]),
        (change(["space_group", "number"], 193), ["space_group.number", "193", "194"]),
        (change(["sites", 1, "xyz"], ["1/3", "2/3", 0.25]), ["at one position"]),
    ],
)
def test_sites_that_do_not_fit_their_group_are_refused_on_building(record, load, spoil, words):
    spoil(record)
    if words[0] == "at one position":
        record["sites"][1]["wyckoff"] = "2c"
    material = load(record)
    with pytest.raises(RecordError) as error:
        crystal_from_record(material)
    for word in ["mine.yaml", *words]:
        assert word in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["mapping"]),
        ("- 1\n- 2\n", ["mapping", "list"]),
        ("id: [1\n", ["line", "YAML"]),
        ("id: a\nid: b\n", ["line 2", "id", "twice"]),
        ("id: !!python/object/apply:os.system ['true']\n", ["YAML"]),
    ],
)
def test_text_that_is_no_record(load, text, words):
    with pytest.raises(RecordError) as error:
        load(text)
    for word in words:
        assert word in str(error.value)


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(RecordError, match="No such file"):
        load_record(tmp_path / "absent.yaml")
    binary = tmp_path / "binary.yaml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RecordError, match="UTF-8"):
        load_record(binary)


@pytest.mark.parametrize(("typed", "meant"), [("1/3", 1 / 3), (" 1 / 3 ", 1 / 3), ("-2/3", -2 / 3), (0.333, 0.333), (1, 1)])
def test_coordinates_are_numbers_or_fractions(typed, meant):
    assert parse_coordinate(typed) == meant


def test_formulas_with_their_rounding():
    assert formula_amounts("Li2.838N0.946") == {"Li": (2.838, 0.0005), "N": (0.946, 0.0005)}
    assert formula_amounts("Li9N2Cl3") == {"Li": (9.0, 0.0), "N": (2.0, 0.0), "Cl": (3.0, 0.0)}
    for wrong in ("", "Li9(N2)", "9Li", "Li-N"):
        with pytest.raises(ValueError, match=r".*"):
            formula_amounts(wrong)


def test_groups_with_two_origins_are_those_of_the_tables():
    import gemmi

    assert {group.number for group in gemmi.spacegroup_table() if group.ext == "2"} == TWO_ORIGINS
