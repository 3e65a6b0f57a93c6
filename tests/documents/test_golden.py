"""Documents written before are read: one of each class, as version 0.1.0 or, of a later class, its first one wrote it."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path

import numpy as np
import pytest

from nitrivac import load
from nitrivac.crystal import Crystal
from tests.documents.classes import every_document_class

DOCUMENTS = Path(__file__).parents[1] / "data" / "documents"
GOLDEN = DOCUMENTS / "0.1.0"
WRITTEN = sorted(DOCUMENTS.glob("*/*.json"))
CLASSES = {kind.__name__: kind for kind in (*every_document_class(), Crystal)}


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.stem)
def test_a_document_written_before_is_read_and_keeps_every_field(path):
    document = json.loads(path.read_text("utf-8"))
    assert document["@class"] == path.stem
    found = CLASSES[path.stem].from_dict(document)
    written = document.get("exact", document)
    again = found.as_dict()
    for name, value in written.items():
        if not name.startswith("@") and name not in {"schema_version", "sha256"}:
            assert_still_there(again[name], value, name)
    assert type(found).from_dict(json.loads(json.dumps(again))).as_dict() == again


def assert_still_there(now, then, where):
    """Whatever was written is still said; a newer version may say more."""
    if isinstance(then, dict):
        for key, value in then.items():
            assert_still_there(now[key], value, f"{where}.{key}")
    elif isinstance(then, list):
        assert len(now) == len(then), where
        for index, (one, other) in enumerate(zip(now, then, strict=True)):
            assert_still_there(one, other, f"{where}[{index}]")
    else:
        assert now == then, where


def test_every_class_of_0_1_0_has_its_document():
    assert len(list(GOLDEN.glob("*.json"))) == 40
    assert {path.stem for path in WRITTEN} <= set(CLASSES)


def test_every_class_added_since_has_its_document():
    """All but those of energetics, whose records are still being changed; `tests.documents.examples` writes them."""
    own = {name for name, kind in CLASSES.items() if not kind.__module__.startswith("nitrivac.energetics")}
    assert own - {path.stem for path in WRITTEN} == set()


def test_the_crystal_of_0_1_0_is_that_of_its_record():
    found = Crystal.from_dict(json.loads((GOLDEN / "Crystal.json").read_text("utf-8")))
    known = load("Li9N2Cl3")
    assert np.allclose(found.frac_coords, known.frac_coords, atol=1e-9)
    assert np.allclose(found.lattice, known.lattice, atol=1e-9)
    assert found.space_group.number == known.space_group.number
    assert found.contents == pytest.approx(known.contents)


def test_fields_added_since_have_a_default():
    for path in WRITTEN:
        kind = CLASSES[path.stem]
        document = json.loads(path.read_text("utf-8"))
        known = set(document.get("exact", document))
        assert is_dataclass(kind)
        for one in fields(kind):
            if one.init and one.name not in known:
                assert kind.from_dict(document) is not None, f"{path.stem}.{one.name} has no default"
