"""`Record`: the base of frozen dataclasses that hold arrays, compared by what they hold and closed to the last entry."""

from __future__ import annotations

import math
import re
from dataclasses import fields
from functools import cache, wraps
from typing import Any

import numpy as np

__all__ = ["Record"]

_PLAIN = {"str", "int", "float", "bool", "None", "tuple", "dict"}  # in annotations, which are texts


class Record:
    """A frozen dataclass with `eq=False`, whose arrays are copies of its own, read-only, and take part in its equality.

    Two records are equal when they are of one class and every field is equal; arrays by shape and entries. A record that
    holds a mapping cannot be hashed, and says so.
    """

    __slots__ = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = cls.__dict__.get("__post_init__")
        if getattr(own, "closes_arrays", False):  # `slots=True` makes the class a second time
            return

        @wraps(own or _nothing)
        def close(self: Any) -> None:
            if own is not None:
                own(self)
            _close_arrays(self)

        close.closes_arrays = True  # type: ignore[attr-defined]
        cls.__post_init__ = close  # type: ignore[attr-defined]

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(other) is not type(self):
            return NotImplemented
        return all(_alike(getattr(self, name), getattr(other, name)) for name in _names(self))

    def __hash__(self) -> int:
        return hash((type(self).__name__, *(_hashable(getattr(self, name)) for name in _names(self))))


def _nothing(self: Any) -> None:
    """Nothing to be done."""


def _names(record: Any) -> list[str]:
    return [one.name for one in fields(record) if one.compare]


@cache
def _may_be_arrays(kind: Any) -> tuple[str, ...]:
    """The fields that are not declared to hold plain data alone."""
    return tuple(one.name for one in fields(kind) if not set(re.findall(r"\w+", str(one.type))) <= _PLAIN)


def _close_arrays(record: Any) -> None:
    """Replace each array that could be written to by a read-only copy."""
    for name in _may_be_arrays(record.__class__):
        value = getattr(record, name)
        if isinstance(value, np.ndarray) and value.flags.writeable:
            closed = value.copy()
            closed.setflags(write=False)
            object.__setattr__(record, name, closed)


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray) or isinstance(other, np.ndarray):
        return _same_array(one, other)
    if isinstance(one, (tuple, list)) and isinstance(other, (tuple, list)):
        return type(one) is type(other) and len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_alike(value, other[key]) for key, value in one.items())
    if isinstance(one, float) and isinstance(other, float) and math.isnan(one):
        return math.isnan(other)
    return bool(one == other)


def _same_array(one: Any, other: Any) -> bool:
    if not (isinstance(one, np.ndarray) and isinstance(other, np.ndarray)) or one.shape != other.shape:
        return False
    return bool(np.array_equal(one, other, equal_nan=one.dtype.kind == other.dtype.kind == "f"))


def _hashable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.shape, tuple(value.ravel().tolist())
    if isinstance(value, (tuple, list)):
        return tuple(map(_hashable, value))
    return value
