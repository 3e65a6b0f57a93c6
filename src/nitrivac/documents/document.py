"""`Document`: the base of results that go to JSON and come back the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Self

from monty.json import MSONable

from nitrivac.documents.codec import decode, encode
from nitrivac.documents.envelope import envelope, opened
from nitrivac.errors import DocumentError

__all__ = ["Document", "digest"]


class Document(MSONable):
    """A frozen dataclass with a document of its own.

    The document holds what the command line prints, rounded and named as the commands promise, and under `exact` every
    field as it is, with a digest. Only `exact` is read back; a document whose parts no longer agree is refused.
    """

    def printed(self) -> dict[str, Any]:
        """What the command line prints as JSON; empty for parts that it prints only within others."""
        return {}

    def as_dict(self) -> dict[str, Any]:
        """The document: plain data for JSON that `from_dict`, or monty's decoder, reads back to an equal object."""
        exact = encode(self)
        head = envelope(type(self).__module__, type(self).__name__)
        return head | self.printed() | {"exact": exact, "sha256": digest(exact)}

    @classmethod
    def from_dict(cls, d: dict[str, Any]) -> Self:
        """The object that a document holds.

        Args:
            d: what `as_dict` made, straight or by way of JSON.

        Raises:
            DocumentError: it is of another class or a newer schema version, damaged, or was changed.
        """
        content = opened(d, cls.__name__)
        if "exact" not in content or "sha256" not in content:
            raise DocumentError(f"the document of a {cls.__name__} is incomplete: exact and sha256 are needed")
        found: Self = decode(cls, content["exact"], cls.__name__)
        if digest(encode(found)) != content["sha256"]:
            raise DocumentError(f"the document of a {cls.__name__} was changed after it was written: its digest differs")
        printed = json.loads(json.dumps(found.printed()))
        for key in sorted(set(printed) | (set(content) - {"exact", "sha256"})):
            if key not in printed:
                raise DocumentError(f"the document of a {cls.__name__} has an unknown key {key!r}")
            if key not in content or json.loads(json.dumps(content[key])) != printed[key]:
                raise DocumentError(f"the document of a {cls.__name__} was changed: {key!r} is not what exact says")
        return found


def digest(plain: Any) -> str:
    """SHA-256 of plain data in canonical form: keys sorted, no blanks, whole numbers without a point."""
    return hashlib.sha256(json.dumps(_canonical(plain), sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _canonical(plain: Any) -> Any:
    """The data with 1.0 as 1, since a field may hold either and other programs write either."""
    if isinstance(plain, float) and plain.is_integer():
        return int(plain)
    if isinstance(plain, list):
        return [_canonical(one) for one in plain]
    if isinstance(plain, dict):
        return {key: _canonical(one) for key, one in plain.items()}
    return plain
