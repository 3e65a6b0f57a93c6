"""Records and results go to JSON and come back equal; what is newer, foreign or changed is refused."""

from __future__ import annotations

import copy
import json
from dataclasses import fields, is_dataclass
from fractions import Fraction
from importlib import import_module
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from monty.json import MontyDecoder, MontyEncoder
from numpy.typing import NDArray

from nitrivac import load, materials
from nitrivac.analysis import analyze
from nitrivac.catalog import Material, get_material
from nitrivac.crystal import Crystal
from nitrivac.documents.codec import decode, encode, hints_of
from nitrivac.documents.envelope import SCHEMA_VERSION
from nitrivac.errors import DocumentError, RecordError
from nitrivac.migration import HopNetwork, find_hops
from nitrivac.migration.diffusion.tensor import Diffusion
from nitrivac.migration.paths.path import vacancy_path
from nitrivac.migration.percolation.random_filling import fillings_of
from nitrivac.migration.sensitivity import hop_sensitivity
from nitrivac.polyhedra import analyze_polyhedra
from nitrivac.vacancies import ConfigurationSpace, plan_supercells
from nitrivac.vacancies.specification import parse_specification
from nitrivac.verification.symmetry_check import verify
from tests.documents.classes import every_document_class


def through_json(thing):
    """The object that monty's decoder makes of the JSON text of an object."""
    return json.loads(json.dumps(thing.as_dict(), allow_nan=False), cls=MontyDecoder)


def assert_comes_back(thing):
    again = through_json(thing)
    assert type(again) is type(thing)
    assert again.as_dict() == thing.as_dict()
    assert type(thing).from_dict(thing.as_dict()).as_dict() == thing.as_dict()
    return again


@pytest.fixture(scope="module")
def analysis():
    return analyze("beta-Li3N", ["Li@4f=8.1(2)%", "N@2c=5.4(1)%"])


def test_every_record_comes_back_equal():
    for material in materials():
        assert through_json(material) == material


@pytest.mark.parametrize("identifier", ["beta-Li3N", "Li9N2Cl3", "LiC6N4", "Li12P3N9", "Li5SiN3"])
def test_crystals_and_what_is_found_in_them_come_back(identifier):
    crystal = load(identifier)
    again = assert_comes_back(crystal)
    assert np.array_equal(again.frac_coords, crystal.frac_coords)
    assert again.formula == crystal.formula
    assert again.charge == crystal.charge
    verification = verify(crystal)
    assert assert_comes_back(verification) == verification
    network = find_hops(crystal)
    known = assert_comes_back(network)
    assert known.hops == network.hops
    assert known.by_distance == network.by_distance
    assert known.percolation().share == network.percolation().share
    report = analyze_polyhedra(crystal)
    assert assert_comes_back(report) == report
    for part in (network.hops[0], network.by_distance[0], *report.frameworks, report.polyhedra[0], *report.sharing[:1]):
        assert assert_comes_back(part) == part


def test_the_main_job_comes_back_with_all_its_parts(analysis):
    again = assert_comes_back(analysis)
    assert again.vacancies.total == 98430512040
    assert again.supercell.as_dict() == analysis.supercell.as_dict()
    assert_comes_back(analysis.vacancies)
    assert np.array_equal(assert_comes_back(analysis.vacancies.plan).matrix, analysis.vacancies.plan.matrix)


def test_paths_and_diffusion_come_back():
    crystal = load("beta-Li3N")
    network = find_hops(crystal)
    path = vacancy_path(crystal, network, "h1", supercell=np.diag([3, 3, 2]), images=3, method="linear")
    assert np.array_equal(assert_comes_back(path).positions, path.positions)
    tensor = Diffusion(tensor=np.diag([1.0, 1.0, 1 / 3]))
    assert np.array_equal(assert_comes_back(tensor).tensor, tensor.tensor)


def test_sensitivities_fillings_and_configurations_come_back():
    crystal = load("beta-Li3N")
    network = find_hops(crystal)
    shifted = hop_sensitivity(crystal, network, 0.01)
    assert assert_comes_back(shifted) == shifted
    for filled in fillings_of(crystal, network, box=(2, 2, 2), runs=5):
        assert_comes_back(filled)
    parent = load("Li9N2Cl3")
    specification = parse_specification(parent)
    plan = plan_supercells(parent, specification, supercell=np.diag([1, 1, 2]), nearest=True, limit=1)[0]
    one = ConfigurationSpace(crystal=parent, plan=plan).sample(1, seed=1)[0]
    assert np.array_equal(assert_comes_back(one).codes, one.codes)
    assert assert_comes_back(one).codes.dtype == np.uint8
    assert assert_comes_back(specification) == specification


def test_numbers_beyond_the_exact_range_of_json_readers_are_written_as_text():
    crystal = load("Li9N2Cl3")
    plan = plan_supercells(crystal, parse_specification(crystal), tolerance=0, limit=1)[0]
    assert encode({"total": 2**53 + 1, "small": 5}) == {"total": "9007199254740993", "small": 5}
    assert decode(dict[str, int], {"total": "9007199254740993"}, "there") == {"total": 2**53 + 1}
    assert_comes_back(plan)


def test_monty_alone_writes_and_reads_them():
    network = find_hops(load("alpha-Li3N"))
    parts = [load("Li9N2Cl3"), network, get_material("Li5NI2")]
    again = json.loads(json.dumps(parts, cls=MontyEncoder), cls=MontyDecoder)
    assert [type(one) for one in again] == [type(one) for one in parts]
    assert [one.as_dict() for one in again] == [one.as_dict() for one in parts]


def parts_of(hint):
    yield hint
    for part in get_args(hint):
        yield from parts_of(part)


def test_the_types_of_every_field_of_every_result_are_known():
    seen = set()
    waiting = every_document_class()
    assert len(waiting) >= 25
    for kind in waiting:
        hints = hints_of(kind)
        assert {one.name for one in fields(kind)} <= set(hints)
        for hint in hints.values():
            for part in parts_of(hint):
                if isinstance(part, type) and is_dataclass(part) and part not in seen:
                    seen.add(part)
                    waiting.append(part)


@pytest.mark.parametrize(
    "make", [lambda: load("beta-Li3N"), lambda: find_hops(load("alpha-Li3N")), lambda: get_material("LiPN2")]
)
def test_a_newer_schema_version_is_refused_with_what_to_do(make):
    thing = make()
    with pytest.raises(DocumentError, match=rf"schema version {SCHEMA_VERSION + 1}.*newer nitrivac"):
        type(thing).from_dict(thing.as_dict() | {"schema_version": SCHEMA_VERSION + 1})
    for version in (0, None, "1", True, 1.0):
        with pytest.raises(DocumentError, match="schema"):
            type(thing).from_dict(thing.as_dict() | {"schema_version": version})
    with pytest.raises(DocumentError, match="class 'Structure'"):
        type(thing).from_dict(thing.as_dict() | {"@class": "Structure"})
    with pytest.raises(DocumentError, match="mapping"):
        type(thing).from_dict([thing])


def changed(document, key, value):
    """A copy of a document with the value at a path of keys replaced."""
    document = copy.deepcopy(document)
    place = document
    for step in key[:-1]:
        place = place[step]
    place[key[-1]] = value
    return document


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        (("hops", 0, "distance"), "2.1", "a number"),
        (("hops", 0, "distance"), float("nan"), "finite"),
        (("hops", 0, "multiplicity"), 3.5, "whole number"),
        (("links", "first", 0), 0.5, "int64"),
        (("vectors",), {"shape": [3, 3]}, "empty array"),
        (("hops", 0, "image"), [0, 0], "list of 3"),
        (("colour",), "red", "colour"),
    ],
)
def test_data_that_are_no_result_are_refused(key, value, words):
    network = find_hops(load("alpha-Li3N"))
    with pytest.raises(DocumentError, match=words):
        type(network).from_dict(changed(network.as_dict(), key, value))


def test_a_result_without_a_field_it_must_have_is_refused_by_the_name_of_the_field():
    document = find_hops(load("alpha-Li3N")).as_dict()
    del document["species"]
    with pytest.raises(DocumentError, match="'species' is missing"):
        HopNetwork.from_dict(document)


def test_a_field_that_has_a_default_may_be_missing():
    document = load("beta-Li3N").as_dict()
    del document["z"], document["provenance"]["remarks"]
    found = Crystal.from_dict(document)
    assert found.z is None
    assert found.provenance.remarks == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (("lattice", 0, 0), 9.0),
        (("orbits", 0, "occupants", 0, "occupancy"), 1.5),
        (("orbits", 0, "occupants", 0, "element"), "Xx"),
        (("orbits", 0, "indices", 0), 1),
        (("frac_coords", 0), [0.1, 0.2, 0.3]),
        (("frac_coords", 0), [0.1, 0.2]),
        (("frac_coords", 0), [0.1, 0.2, None]),
        (("lattice",), None),
        (("z",), "two"),
        (("made_up",), 1),
    ],
)
def test_data_that_are_no_crystal_are_refused(key, value):
    with pytest.raises(DocumentError):
        Crystal.from_dict(changed(load("beta-Li3N").as_dict(), key, value))


def test_a_crystal_changed_by_hand_is_read_when_it_is_a_crystal():
    half = Crystal.from_dict(changed(load("beta-Li3N").as_dict(), ("orbits", 0, "occupants", 0, "occupancy"), 0.5))
    assert half.contents == {"N": 1.0, "Li": 6.0}


def test_a_record_that_contradicts_itself_is_refused():
    document = get_material("beta-Li3N").as_dict()
    with pytest.raises(RecordError, match="colour"):
        Material.from_dict(document | {"colour": "red"})
    with pytest.raises(RecordError):
        Material.from_dict(changed(document, ("sites", 0, "species"), {"N": 1.5}))
    with pytest.raises(RecordError):
        Material.from_dict({key: value for key, value in document.items() if key != "formula"})


def test_whole_numbers_may_lose_or_gain_their_point_on_the_way():
    network = find_hops(load("alpha-Li3N"))
    document = json.loads(json.dumps(network.as_dict()).replace("0.0,", "0,"))
    assert type(network).from_dict(document).as_dict() == network.as_dict()


@given(st.dictionaries(st.tuples(st.integers(0, 9), st.integers(0, 9)), st.floats(allow_nan=False, allow_infinity=False)))
def test_mappings_with_any_keys_come_back(mapping):
    assert decode(dict[tuple[int, int], float], json.loads(json.dumps(encode(mapping))), "there") == mapping


@given(st.dictionaries(st.integers(), st.one_of(st.none(), st.fractions())))
def test_whole_number_keys_and_fractions_come_back(mapping):
    assert decode(dict[int, Fraction | None], json.loads(json.dumps(encode(mapping))), "there") == mapping


@pytest.mark.parametrize("shape", [(0,), (0, 3), (2, 3), (2, 0)])
def test_arrays_keep_their_shape_and_type(shape):
    for dtype in (np.float64, np.int64, np.uint8, np.bool_):
        array = np.ones(shape, dtype=dtype)
        again = decode(hints_of_array(dtype), json.loads(json.dumps(encode(array))), "there")
        assert again.shape == shape
        assert again.dtype == array.dtype
        assert np.array_equal(again, array)


def hints_of_array(dtype):
    return NDArray[dtype]


def test_what_has_no_plain_form_is_an_error_of_the_program():
    for value in (object(), float("inf"), {1, 2}):
        with pytest.raises(TypeError):
            encode(value)


def test_every_class_is_found_where_its_document_says():
    for kind in every_document_class():
        head = {"module": ".".join(kind.__module__.split(".")[:2]), "name": kind.__name__}
        found = getattr(import_module(head["module"]), head["name"], None)
        assert getattr(found, "__module__", None) == kind.__module__, f"{head} is not importable"
