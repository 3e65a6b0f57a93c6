"""Records of a user's own: what loads, and that nothing odd in a file ends in a traceback."""

from __future__ import annotations

import copy
import pickle

import pytest
import yaml

from nitrivac.catalog import get_material, load_record, material_ids, materials, record_schema, to_dict
from nitrivac.catalog.validation import RHOMBOHEDRAL
from nitrivac.errors import RecordError

OWN = """
id: my-Li3N
formula: Li3N
family: mine
status: resolved
grade: A
space_group: {symbol: P6/mmm, number: 191}
z: 1
lattice: {a: 3.648, b: 3.648, c: 3.875, alpha: 90, beta: 90, gamma: 120}
sites:
  - {label: N1, species: {N: 1}, oxidation: {N: -3}, wyckoff: 1a, xyz: [0, 0, 0]}
  - {label: Li1, species: {Li: 1}, oxidation: {Li: 1}, wyckoff: 1b, xyz: [0, 0, 0.5]}
  - {label: Li2, species: {Li: 1}, oxidation: {Li: 1}, wyckoff: 2c, xyz: [0.333, 0.667, 0]}
source: {citation: a notebook}
measurements:
  - {sigma_S_cm: 1e-5, temperature_K: 300}
"""


@pytest.fixture
def load(tmp_path):
    def write_and_load(text):
        path = tmp_path / "own.yaml"
        path.write_text(text, encoding="utf-8")
        return load_record(path)

    return write_and_load


def test_a_users_record_loads_and_knows_its_file(load, tmp_path):
    material = load(OWN)
    assert material.id == "my-Li3N"
    assert material.path == str(tmp_path / "own.yaml")
    assert [site.multiplicity for site in material.sites] == [1, 1, 2]


def test_an_exponent_without_a_point_is_a_number(load):
    assert load(OWN).measurements[0].sigma_S_cm == 1e-5


@pytest.mark.parametrize("identifier", material_ids())
def test_every_record_survives_writing_and_reading(load, identifier):
    data = to_dict(get_material(identifier))
    assert to_dict(load(yaml.safe_dump(data, allow_unicode=True))) == data


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("id: my-Li3N", "id: 2024-13-45", ["YAML"]),
        ("id: my-Li3N", "id: !!int abc", ["YAML"]),
        ("id: my-Li3N", "id: [" + "[" * 3000, ["YAML"]),
        ("id: my-Li3N", "id: my-Li3N\npath: x", ["path", "unknown key"]),
        ("family: mine", "familly: mine", ["familly", "did you mean family?"]),
        ("grade: A", "grade: D", ["grade: 'D'", "one of A, B, C, R"]),
        ("status: resolved", "status: solved", ["status: 'solved'", "resolved, disordered, amorphous, unresolved"]),
        ("grade: A", "grade: A\nreason: none", ["reason: 'none'", "write a note"]),
        ("sites:", "atoms:", ["atoms", "unknown key"]),
        ("1e-5", ".nan", ["measurements[0].sigma_S_cm: nan", "finite"]),
        ("1e-5", "1e999", ["measurements[0].sigma_S_cm: inf", "finite"]),
        ("temperature_K: 300", "temperature: 300", ["measurements[0]", "temperature_K"]),
        ("{N: 1}, oxi", "{No: 1}, oxi", ["sites[0].species", "quotes"]),
        ("{N: 1}, oxi", "{N: yes}, oxi", ["sites[0].species", "float"]),
        ("{citation: a notebook}", "{doi: 10.1/1}", ["source", "citation", "missing"]),
        ("0.333, 0.667, 0]", "0.333, 0.667, 1/0]", ["sites[2].xyz (z)", "1/0"]),
        ("0.333, 0.667, 0]", "0.333, 0.667, " + "9" * 400 + "]", ["sites[2].xyz (z)", "finite"]),
        ("0.333, 0.667, 0]", "0.333, 0.667, " + "9" * 5000 + "]", ["YAML"]),
        ("0.333, 0.667, 0]", "0.333, 0.667, '" + "9" * 400 + "']", ["sites[2].xyz (z)", "fraction"]),
        ("alpha: 90", "alpha: 10", ["lattice", "no cell has these angles"]),
        ("a: 3.648", "a: 0", ["lattice.a: 0", "above 0"]),
        ("z: 1\n", "z: 2\n", ["z: 2.0", "1 times per cell"]),
        ("wyckoff: 2c", "wyckoff: 3c", ["formula: 'Li3N'", "Li4 N1"]),
        ("{Li: 1}, oxidation: {Li: 1}, wyckoff: 2c", "{Li: 0.9}, wyckoff: 2c", ["status: 'resolved'", "disordered"]),
        ("{symbol: P6/mmm, number: 191}", "{symbol: R-3m, number: 166}", ["symbol: 'R-3m'", "R-3m:H or R-3m:R"]),
        ("{symbol: P6/mmm, number: 191}", "{symbol: 'Pn-3:3', number: 201}", ["symbol: 'Pn-3:3'", "Pn-3:1 or Pn-3:2"]),
    ],
)
def test_broken_text_is_one_clear_line(load, old, new, words):
    assert old in OWN
    with pytest.raises(RecordError) as error:
        load(OWN.replace(old, new, 1))
    message = str(error.value)
    assert "own.yaml" in message
    assert "\n" not in message
    for word in words:
        assert word in message
    assert str(pickle.loads(pickle.dumps(error.value))) == message


def test_alternatives_are_checked_like_the_sites(load):
    data = copy.deepcopy(to_dict(get_material("Li3AlN2")))
    data["alternatives"][0]["sites"][1]["label"] = data["alternatives"][0]["sites"][0]["label"]
    with pytest.raises(RecordError, match=r"alternatives\[0\]\.sites\[1\]\.label"):
        load(yaml.safe_dump(data))
    data = copy.deepcopy(to_dict(get_material("Li3AlN2")))
    data["alternatives"][0]["lattice"]["gamma"] = 190
    with pytest.raises(RecordError, match=r"alternatives\[0\]\.lattice\.gamma"):
        load(yaml.safe_dump(data))


def test_a_record_without_sites_needs_a_reason_and_no_grade(load):
    data = copy.deepcopy(to_dict(get_material("Li8GeN4")))
    data.pop("reason")
    with pytest.raises(RecordError, match=r"reason: None"):
        load(yaml.safe_dump(data))
    data["reason"] = "not resolved"
    data["grade"] = "A"
    with pytest.raises(RecordError, match=r"grade: 'A'"):
        load(yaml.safe_dump(data))
    data.pop("grade")
    data["status"] = "resolved"
    with pytest.raises(RecordError, match=r"status: 'resolved'"):
        load(yaml.safe_dump(data))


def test_a_directory_and_an_impossible_name_are_refused(tmp_path):
    with pytest.raises(RecordError, match="Is a directory"):
        load_record(tmp_path)
    with pytest.raises(RecordError, match="no file has such a name"):
        load_record("a\0b")


def test_records_cannot_be_changed_by_their_users():
    material = get_material("beta-Li3N")
    assert isinstance(material.sites, tuple)
    assert isinstance(material.notes, tuple)
    with pytest.raises(AttributeError):
        material.formula = "Li4N"


def test_the_schema_has_no_key_for_the_file():
    assert "path" not in record_schema()["$defs"]["Material"]["properties"]


def test_rhombohedral_groups_are_those_of_the_tables():
    import gemmi

    assert {group.number for group in gemmi.spacegroup_table() if group.ext in ("H", "R")} == RHOMBOHEDRAL


def test_shipped_records_name_origin_and_axes():
    symbols = {material.space_group.symbol for material in materials() if material.sites}
    assert {"Fd-3m:2", "P4_2/nmc:1", "I4_1/amd:1", "R-3m:H"} <= symbols
    assert not symbols & {"Fd-3m", "P4_2/nmc", "I4_1/amd", "R-3m"}
