"""What every document says of itself, and the refusal of those that are something else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nitrivac._version import __version__
from nitrivac.errors import DocumentError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SCHEMA_VERSION", "envelope", "opened"]

SCHEMA_VERSION = 2
"""Raised by hand when documents change so that an older program cannot read them."""


def envelope(module: str, name: str) -> dict[str, Any]:
    """The keys that head a document: module and class to decode it with, program version, schema version."""
    return {"@module": module, "@class": name, "@version": __version__, "schema_version": SCHEMA_VERSION}


def opened(document: Any, name: str) -> dict[str, Any]:
    """The content of a document without its head.

    Args:
        document: plain data; the keys with `@` may be gone, since monty takes them off.
        name: the class it must be of.

    Raises:
        DocumentError: it is no document, of another class, or of a schema version this program does not know.
    """
    if not isinstance(document, dict):
        raise DocumentError(f"no document of a {name}: a mapping with schema_version is needed, not {_kind(document)}")
    kind = document.get("@class", name)
    if kind != name:
        raise DocumentError(f"the document is of class {kind!r}, not {name!r}")
    _refuse_other_version(document, name)
    if document["schema_version"] == 1:
        document = _fields_of_version_1(document)
    return {key: value for key, value in document.items() if not key.startswith("@") and key != "schema_version"}


def _fields_of_version_1(document: dict[str, Any]) -> dict[str, Any]:
    """The fields of a document of schema version 1, which kept them under `exact` beside rounded ones, with a digest."""
    if isinstance(document.get("exact"), dict):
        fields: dict[str, Any] = document["exact"]
        return fields
    return {key: value for key, value in document.items() if key != "sha256"}


def _refuse_other_version(document: Mapping[str, Any], name: str) -> None:
    version = document.get("schema_version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise DocumentError(f"no document of a {name}: schema_version is {version!r}, not a whole number")
    if version > SCHEMA_VERSION:
        by = f", by nitrivac {document['@version']}" if document.get("@version") else ""
        raise DocumentError(
            f"the {name} was written with schema version {version}{by}; this nitrivac ({__version__}) reads versions "
            f"to {SCHEMA_VERSION}: a newer nitrivac is needed"
        )
    if version < 1:
        raise DocumentError(f"schema version {version} of a {name} is none; there are 1 to {SCHEMA_VERSION}")


def _kind(value: Any) -> str:
    return "nothing" if value is None else f"one of type {type(value).__name__}"
