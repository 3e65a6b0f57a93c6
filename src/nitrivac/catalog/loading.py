"""Records from files: strict YAML, checked against the schema and against themselves."""

from __future__ import annotations

import difflib
import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from nitrivac.catalog.model import Material
from nitrivac.catalog.validation import check_record
from nitrivac.errors import RecordError, UnknownMaterialError

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["get_material", "load_record", "material_ids", "materials", "record_schema", "to_dict"]

_BaseLoader: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAXIMUM_BYTES = 1_000_000
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


def load_record(path: str | Path) -> Material:
    """The material of a record file, a user's own or the catalogue's.

    Args:
        path: a YAML file in the form of the catalogue's records.

    Raises:
        RecordError: unreadable or malformed; the message names file, key and value, and what would be accepted.
    """
    path = Path(path)
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
        raise RecordError(f"{where}:{line} no valid YAML: {getattr(error, 'problem', None) or error}") from error
    if not isinstance(data, dict):
        raise RecordError(f"{where}: a record is a mapping of keys such as id, formula and sites, not {_kind(data)}")
    try:
        material = msgspec.convert(data, Material, strict=True)
    except msgspec.ValidationError as error:
        raise RecordError(_schema_message(str(error), data, where)) from error
    material = msgspec.structs.replace(material, path=where)
    check_record(material, where)
    return material


def _kind(data: Any) -> str:
    return "nothing" if data is None else f"a {type(data).__name__}"


def _schema_message(message: str, data: Any, where: str) -> str:
    """The schema's complaint with our words for the place and the value found there."""
    what, _, place = message.partition(" - at ")
    key_path = place.strip("`").removeprefix("$").removeprefix(".")
    unknown = re.search(r"unknown field `([^`]+)`", what)
    if unknown:
        near = difflib.get_close_matches(unknown[1], _known_keys(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        return f"{where}: {key_path or 'record'}: unknown key {unknown[1]!r}{hint}"
    missing = re.search(r"missing required field `([^`]+)`", what)
    if missing:
        return f"{where}: {key_path or 'record'}: required key {missing[1]!r} is missing"
    return f"{where}: {key_path or 'record'}: {_value_at(data, key_path)!r}: {what[0].lower()}{what[1:]}"


def _known_keys() -> list[str]:
    schema = record_schema()
    return sorted({key for part in schema["$defs"].values() for key in part.get("properties", {})})


def _value_at(data: Any, key_path: str) -> Any:
    for name, index in re.findall(r"([A-Za-z_0-9]+)|\[(\d+)\]", key_path):
        try:
            data = data[name] if name else data[int(index)]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file, for editors."""
    return msgspec.json.schema(Material)


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
