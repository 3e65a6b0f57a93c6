"""Records from files: strict YAML, checked against the schema and against themselves."""

from __future__ import annotations

import difflib
import math
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import msgspec
import yaml

from nitrivac.catalog.model import (
    Alternative,
    Candidate,
    Contradiction,
    Grade,
    Lattice,
    Material,
    Measurement,
    Site,
    Source,
    SpaceGroupRecord,
    Status,
)
from nitrivac.catalog.validation import check_record
from nitrivac.errors import RecordError, UnknownMaterialError

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

__all__ = ["get_material", "load_record", "material_from_plain", "material_ids", "materials", "record_schema", "to_dict"]

_BaseLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAXIMUM_BYTES = 1_000_000
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
_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ"}


class _StrictLoader(_BaseLoader):  # type: ignore[misc]  # PyYAML chooses its base at run time
    """A safe loader that refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, (str, int, float)) and key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", key_node.start_mark)
            seen.add(key if isinstance(key, (str, int, float)) else id(key_node))
        return dict(super().construct_mapping(node, deep=deep))


# YAML 1.1 takes 1e-5 for a text because it has no point; here it is the number it looks like.
_StrictLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"[-+]?\d+(?:\.\d*)?[eE][-+]?\d+$"), list("-+0123456789")
)


def load_record(path: str | Path) -> Material:
    """The material of a record file, a user's own or the catalogue's.

    Args:
        path: a YAML file in the form of the catalogue's records.

    Raises:
        RecordError: unreadable or malformed; the message names file, key and value, and what would be accepted.
    """
    path = Path(path)
    if "\0" in str(path):
        raise RecordError(f"{str(path)!r}: no file has such a name")
    try:
        size = path.stat().st_size
        text = path.read_text(encoding="utf-8") if size <= _MAXIMUM_BYTES else None
    except OSError as error:
        raise RecordError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RecordError(f"{path}: is no UTF-8 text (byte {error.start}); a record is a YAML file") from error
    if text is None:
        raise RecordError(f"{path}: {size} bytes are too many for a record")
    return _parse(text, str(path))


def _parse(text: str, where: str) -> Material:
    try:
        data = yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a subclass of the safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}:" if mark else ""
        problem = " ".join(str(getattr(error, "problem", None) or error).split())
        raise RecordError(f"{where}:{line} no valid YAML: {problem}") from error
    except (ValueError, RecursionError) as error:  # a date such as 2024-13-45, brackets a thousand deep
        raise RecordError(f"{where}: no valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise RecordError(f"{where}: a record is a mapping of keys such as id, formula and sites, not {_kind(data)}")
    if "path" in data:
        raise RecordError(f"{where}: record: unknown key 'path'; a record is known by the file it is read from")
    return material_from_plain(data, where, path=where)


def material_from_plain(data: dict[Any, Any], where: str, *, path: str | None) -> Material:
    """The material of plain data, checked against the schema and against itself.

    Args:
        data: the keys of a record file.
        where: what to call it in messages.
        path: the file it was read from, None if none.

    Raises:
        RecordError: malformed; the message names key and value, and what would be accepted.
    """
    try:
        material = msgspec.convert(data, Material, strict=True)
    except (msgspec.ValidationError, OverflowError) as error:
        raise RecordError(_schema_message(str(error), data, where)) from error
    for key, number in _numbers(msgspec.to_builtins(material), ""):
        if not math.isfinite(number):
            raise RecordError(f"{where}: {key}: {number} will not do: a finite number")
    material = msgspec.structs.replace(material, path=path)
    check_record(material, where)
    return material


def _kind(data: Any) -> str:
    return "nothing" if data is None else f"one of type {type(data).__name__}"


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


def _schema_message(message: str, data: Any, where: str) -> str:
    """The schema's complaint with our words for the place and the value found there."""
    what, _, place = message.partition(" - at ")
    found = re.search(r"`\$\.?([^`]*)`", place)
    key_path = found[1].removesuffix("[...]") if found else ""
    at = key_path or "record"
    unknown = re.search(r"unknown field `([^`]+)`", what)
    if unknown:
        accepted = _keys_at(key_path)
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


def _keys_at(key_path: str) -> tuple[str, ...]:
    """The keys that the mapping at this place accepts."""
    names: list[str] = re.findall(r"[A-Za-z_]+", key_path)
    fields = _STRUCTS[names[-1]] if names and names[-1] in _STRUCTS else Material
    return tuple(name for name in fields.__struct_fields__ if name != "path")


def _value_at(data: Any, key_path: str) -> Any:
    for name, index in re.findall(r"([A-Za-z_0-9]+)|\[(\d+)\]", key_path):
        try:
            data = data[name] if name else data[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file, for editors."""
    schema = msgspec.json.schema(Material)
    del schema["$defs"]["Material"]["properties"]["path"]  # where it was read, not what is written in it
    return schema


def to_dict(material: Material) -> dict[str, Any]:
    """A record as plain data, ready for JSON; keys without a value are left out."""
    data = msgspec.to_builtins(material)
    data.pop("path", None)
    assert isinstance(data, dict)
    return data


@lru_cache(maxsize=1)
def _record_files() -> dict[str, Any]:
    folder = files("nitrivac.catalog").joinpath("records")
    return {entry.name.removesuffix(".yaml"): entry for entry in folder.iterdir() if entry.name.endswith(".yaml")}


@lru_cache(maxsize=None)  # noqa: UP033 - the number of records bounds it
def _record(identifier: str) -> Material:
    entry = _record_files()[identifier]
    material = _parse(entry.read_text(encoding="utf-8"), f"{identifier}.yaml")
    if material.id != identifier:
        raise RecordError(f"{identifier}.yaml: id: {material.id!r} is not the file's name")
    return material


def material_ids() -> tuple[str, ...]:
    """The identifiers of the catalogue, sorted."""
    return tuple(sorted(_record_files(), key=str.casefold))


def materials() -> tuple[Material, ...]:
    """All records, by family and then identifier."""
    records = [_record(identifier) for identifier in material_ids()]
    return tuple(sorted(records, key=lambda material: (material.family, material.id.casefold())))


def _spelling(identifier: str) -> str:
    """An identifier without regard to case, Greek letters, blanks and underscores."""
    text = unicodedata.normalize("NFKC", identifier).strip()
    for name, letter in _GREEK.items():
        text = text.replace(letter, name)
    return re.sub(r"[\s_]+", "-", text).casefold()


def get_material(identifier: str) -> Material:
    """The record of a compound.

    Args:
        identifier: its id; case and Greek letters (`β-Li3N`) do not matter.

    Raises:
        UnknownMaterialError: there is none; the message offers the near ones.
    """
    by_spelling = {_spelling(known): known for known in material_ids()}
    wanted = _spelling(identifier)
    if wanted in by_spelling:
        return _record(by_spelling[wanted])
    near = difflib.get_close_matches(wanted, by_spelling, n=4, cutoff=0.5)
    parts = [known for spelling, known in by_spelling.items() if wanted and wanted in spelling.split("-")]
    offers = list(dict.fromkeys([*parts, *(by_spelling[spelling] for spelling in near)]))[:6]
    hint = f"near are {', '.join(offers)}" if offers else "`nitrivac list` prints all"
    raise UnknownMaterialError(f"no compound {identifier!r} in the catalogue; {hint}")
