"""Records as plain data and back, with messages in the words of a record file."""

from __future__ import annotations

import difflib
import math
import re
from typing import TYPE_CHECKING, Any, get_args

import msgspec

from nitrivac.catalog.parts import (
    Alternative,
    Candidate,
    Contradiction,
    Grade,
    Lattice,
    Measurement,
    Site,
    Source,
    SpaceGroupRecord,
    Status,
)
from nitrivac.catalog.validation import check_record
from nitrivac.errors import RecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nitrivac.catalog.model import Material

__all__ = ["material_from_plain", "to_dict"]

_LONGEST_SHOWN = 60  # characters of a wrong value in a message
_STRUCTS: dict[str, type[msgspec.Struct]] = {
    "sites": Site,
    "space_group": SpaceGroupRecord,
    "lattice": Lattice,
    "experimental_lattice": Lattice,
    "source": Source,
    "contradictions": Contradiction,
    "alternatives": Alternative,
    "candidates": Candidate,
    "measurements": Measurement,
}
_CHOICES: dict[str, tuple[str, ...]] = {"status": get_args(Status), "grade": get_args(Grade)}


def material_from_plain(kind: type[Material], data: dict[Any, Any], where: str, *, path: str | None) -> Material:
    """The material of plain data, checked against the schema and against itself.

    Args:
        kind: the class.
        data: the keys of a record file.
        where: what to call it in messages.
        path: the file it was read from, None if none.

    Raises:
        RecordError: malformed; the message names key and value, and what would be accepted.
    """
    try:
        material = msgspec.convert(data, kind, strict=True)
    except (msgspec.ValidationError, OverflowError) as error:
        raise RecordError(_schema_message(kind, str(error), data, where)) from error
    for key, number in _numbers(msgspec.to_builtins(material), ""):
        if not math.isfinite(number):
            raise RecordError(f"{where}: {key}: {number} will not do: a finite number")
    material = msgspec.structs.replace(material, path=path)
    check_record(material, where)
    return material


def _numbers(data: Any, key: str) -> Iterator[tuple[str, float]]:
    """Every floating-point number of a record with its key path."""
    if isinstance(data, float):
        yield key, data
    elif isinstance(data, dict):
        for name, part in data.items():
            yield from _numbers(part, f"{key}.{name}" if key else str(name))
    elif isinstance(data, (list, tuple)):
        for index, part in enumerate(data):
            yield from _numbers(part, f"{key}[{index}]")


def _schema_message(kind: type[Material], message: str, data: Any, where: str) -> str:
    """The schema's complaint with our words for the place and the value found there."""
    what, _, place = message.partition(" - at ")
    found = re.search(r"`\$\.?([^`]*)`", place)
    key_path = found[1].removesuffix("[...]") if found else ""
    at = key_path or "record"
    unknown = re.search(r"unknown field `([^`]+)`", what)
    if unknown:
        accepted = _keys_at(kind, key_path)
        near = difflib.get_close_matches(unknown[1], accepted, n=1)
        hint = f"did you mean {near[0]}?" if near else f"accepted are {', '.join(accepted)}"
        return f"{where}: {at}: unknown key {unknown[1]!r}; {hint}"
    missing = re.search(r"missing required field `([^`]+)`", what)
    if missing:
        return f"{where}: {at}: required key {missing[1]!r} is missing"
    if place.startswith("`key`"):
        return f"{where}: {at}: a key of this mapping is no text ({what[0].lower()}{what[1:]}); put it in quotes"
    if "enum" in what:
        accepted = _CHOICES.get(at.rpartition(".")[2], ())
        return f"{where}: {at}: {_value_at(data, key_path)!r} will not do: one of {', '.join(accepted)}"
    return f"{where}: {at}: {_shorten(_value_at(data, key_path))}: {what[0].lower()}{what[1:]}"


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def _keys_at(kind: type[Material], key_path: str) -> tuple[str, ...]:
    """The keys that the mapping at this place accepts."""
    names: list[str] = re.findall(r"[A-Za-z_]+", key_path)
    fields = _STRUCTS[names[-1]] if names and names[-1] in _STRUCTS else kind
    return tuple(name for name in fields.__struct_fields__ if name != "path")


def _value_at(data: Any, key_path: str) -> Any:
    for name, index in re.findall(r"([A-Za-z_0-9]+)|\[(\d+)\]", key_path):
        try:
            data = data[name] if name else data[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def to_dict(material: Material) -> dict[str, Any]:
    """A record as plain data, ready for JSON; keys without a value are left out.

    >>> from nitrivac import get_material
    >>> from nitrivac.catalog import to_dict
    >>> to_dict(get_material("beta-Li3N"))["formula"]
    'Li3N'
    """
    data = msgspec.to_builtins(material)
    data.pop("path", None)
    assert isinstance(data, dict)
    return data
