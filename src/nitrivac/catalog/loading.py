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
from nitrivac.catalog.plain import material_from_plain
from nitrivac.errors import RecordError, UnknownMaterialError

if TYPE_CHECKING:
    from collections.abc import Hashable

__all__ = ["get_material", "load_record", "material_ids", "materials", "record_schema"]

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

    >>> from tempfile import TemporaryDirectory
    >>> from pathlib import Path
    >>> from nitrivac import NitrivacError
    >>> from nitrivac.catalog import load_record
    >>> with TemporaryDirectory() as folder:
    ...     _ = (Path(folder) / "mine.yaml").write_text("id: mine")
    ...     try:
    ...         load_record(f"{folder}/mine.yaml")
    ...     except NitrivacError as error:
    ...         print(str(error).rpartition(": ")[2])
    required key 'formula' is missing
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
    return material_from_plain(Material, data, where, path=where)


def _kind(data: Any) -> str:
    return "nothing" if data is None else f"one of type {type(data).__name__}"


def record_schema() -> dict[str, Any]:
    """The JSON Schema of a record file, for editors.

    >>> from nitrivac.catalog import record_schema
    >>> "sites" in record_schema()["$defs"]["Material"]["properties"]
    True
    """
    schema = msgspec.json.schema(Material)
    del schema["$defs"]["Material"]["properties"]["path"]  # where it was read, not what is written in it
    return schema


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
    """The identifiers of the catalogue, sorted.

    >>> from nitrivac.catalog import material_ids
    >>> "beta-Li3N" in material_ids()
    True
    """
    return tuple(sorted(_record_files(), key=str.casefold))


def materials() -> tuple[Material, ...]:
    """All records, by family and then identifier.

    >>> from nitrivac import materials
    >>> {material.status for material in materials()} <= {"resolved", "disordered", "amorphous", "unresolved"}
    True
    """
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

    >>> from nitrivac import get_material
    >>> get_material("β-Li3N").id
    'beta-Li3N'
    """
    by_spelling = {_spelling(known): known for known in material_ids()}
    wanted = _spelling(identifier)
    if wanted in by_spelling:
        return _record(by_spelling[wanted])
    near = difflib.get_close_matches(wanted, by_spelling, n=4, cutoff=0.5)
    parts = [known for spelling, known in by_spelling.items() if wanted and wanted in spelling.split("-")]
    forms = [known for known in parts if _spelling(_record(known).formula) == wanted]
    if len(forms) > 1:
        raise UnknownMaterialError(f"{identifier!r} has several forms in the catalogue; say which: {', '.join(forms)}")
    offers = list(dict.fromkeys([*parts, *(by_spelling[spelling] for spelling in near)]))[:6]
    hint = f"near are {', '.join(offers)}" if offers else "`nitrivac list` prints all"
    raise UnknownMaterialError(f"no compound {identifier!r} in the catalogue; {hint}")
