"""Frozen dataclasses as plain data and back: values tell how they are written, type hints how they are read."""

from __future__ import annotations

import math
import re
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from nitrivac.errors import DocumentError, NitrivacError

__all__ = ["decode", "encode", "hints_of"]

T = TypeVar("T")

_EXACT = 2**53  # larger whole numbers are written as text, since most readers of JSON round them
_WHOLE = re.compile(r"-?\d+")
_LONGEST = 100_000  # digits of a whole number; reading takes time with the square of their number
_PLAIN = {float: (int, float), int: (int,), bool: (bool,), str: (str,)}
_KINDS = {"f": (int, float), "i": (int,), "u": (int,), "b": (bool,), "U": (str,)}


def encode(value: Any) -> Any:
    """Plain data (text, numbers, lists, mappings, None) of a value made of dataclasses, arrays, tuples and fractions.

    Raises:
        TypeError: a part is of another kind, or not finite; every result class is tested for it.
    """
    if isinstance(value, np.generic):
        value = value.item()
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (str, Fraction, Path)):
        plain: Any = str(value)
    elif isinstance(value, int):
        plain = int(value) if abs(value) <= _EXACT else format(Decimal(int(value)), "f")  # of any length
    elif isinstance(value, float) and math.isfinite(value):
        plain = value
    elif isinstance(value, np.ndarray):
        plain = value.tolist() if value.size else {"shape": list(value.shape)}
    elif isinstance(value, (tuple, list)):
        plain = [encode(one) for one in value]
    elif isinstance(value, dict):
        plain = _encode_mapping(value)
    elif is_dataclass(value):
        plain = {one.name: encode(getattr(value, one.name)) for one in fields(value) if one.init}
    else:
        raise TypeError(f"{value!r} of type {type(value).__name__} has no plain form")
    return plain


def _encode_mapping(value: dict[Any, Any]) -> Any:
    """A mapping; one whose keys are neither texts nor whole numbers becomes a list of pairs."""
    if all(isinstance(key, (str, int)) for key in value):
        return {str(key): encode(one) for key, one in value.items()}
    return [[encode(key), encode(one)] for key, one in value.items()]


def decode(hint: Any, data: Any, where: str) -> Any:
    """The value of a type that plain data stand for.

    Args:
        hint: the type, as `hints_of` gives it.
        data: plain data as `encode` writes them.
        where: what they are, for messages.

    Raises:
        DocumentError: the data are not of that type, a key is missing or unknown, or a number is not finite.
    """
    if hint in _PLAIN:
        return _plain(hint, data, where)
    if hint in (Fraction, Path):
        return _from_text(hint, data, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return _dataclass(hint, data, where)
    origin, parts = get_origin(hint), get_args(hint)
    if origin is NDArray:  # an alias of its own since NumPy 2.5
        origin, parts = np.ndarray, (Any, types.GenericAlias(np.dtype, parts))
    read = _BY_ORIGIN.get(origin)
    if read is None:
        raise TypeError(f"{where}: nothing is known of the type {hint!r}")
    return read(parts, data, where)


def _wrong(where: str, wanted: str, data: Any) -> DocumentError:
    return DocumentError(f"{where}: {wanted} is needed, not {data!r:.60}")


def _plain(hint: type, data: Any, where: str) -> Any:
    if hint is int and isinstance(data, str) and len(data) <= _LONGEST and _WHOLE.fullmatch(data):
        return int(Decimal(data))
    if not isinstance(data, _PLAIN[hint]) or (hint is not bool and isinstance(data, bool)):
        raise _wrong(where, {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}[hint], data)
    if hint is float and not math.isfinite(float(data)):
        raise _wrong(where, "a finite number", data)
    return hint(data)


def _from_text(hint: type, data: Any, where: str) -> Any:
    try:
        if isinstance(data, str):
            return hint(data)
    except (ValueError, ZeroDivisionError):
        pass
    raise _wrong(where, "a fraction as text" if hint is Fraction else "a path", data)


def _optional(parts: tuple[Any, ...], data: Any, where: str) -> Any:
    rest = [part for part in parts if part is not types.NoneType]
    if data is None and len(rest) < len(parts):
        return None
    for part in rest[:-1]:
        try:
            return decode(part, data, where)
        except DocumentError:
            continue
    return decode(rest[-1], data, where)


def _listed(data: Any, where: str) -> Sequence[Any]:
    if not isinstance(data, (list, tuple)):
        raise _wrong(where, "a list", data)
    return data


def _tuple(parts: tuple[Any, ...], data: Any, where: str) -> tuple[Any, ...]:
    items = _listed(data, where)
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(decode(parts[0], one, f"{where}[{index}]") for index, one in enumerate(items))
    if len(items) != len(parts):
        raise _wrong(where, f"a list of {len(parts)}", data)
    return tuple(decode(part, one, f"{where}[{index}]") for index, (part, one) in enumerate(zip(parts, items, strict=True)))


def _literal(parts: tuple[Any, ...], data: Any, where: str) -> Any:
    if not isinstance(data, str) or data not in parts:
        raise _wrong(where, f"one of {', '.join(map(repr, parts))}", data)
    return data


def _list(parts: tuple[Any, ...], data: Any, where: str) -> list[Any]:
    return [decode(parts[0], one, f"{where}[{index}]") for index, one in enumerate(_listed(data, where))]


def _array(parts: tuple[Any, ...], data: Any, where: str) -> NDArray[Any]:
    dtype = np.dtype(get_args(parts[1])[0])
    if isinstance(data, dict) and set(data) == {"shape"}:
        array = np.zeros(tuple(decode(tuple[int, ...], data["shape"], f"{where}.shape")), dtype=dtype)
        if not array.size:
            return array
        raise _wrong(where, "the shape of an empty array", data)
    _listed(data, where)
    try:
        loose = np.array(data, dtype=object)
        array = np.array(data, dtype=dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise DocumentError(f"{where}: no array of {dtype}: {error}") from error
    accepted = _KINDS[dtype.kind]
    if not all(isinstance(one, accepted) and isinstance(one, bool) == (dtype.kind == "b") for one in loose.ravel()):
        raise DocumentError(f"{where}: an entry is no {dtype}")
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise DocumentError(f"{where}: an entry is not a finite number")
    return array


def _mapping(parts: tuple[Any, ...], data: Any, where: str) -> dict[Any, Any]:
    key_hint, value_hint = parts
    if isinstance(data, list) and key_hint not in (str, int):
        if not all(isinstance(pair, (list, tuple)) and len(pair) == 2 for pair in data):
            raise _wrong(where, "a list of pairs", data)
        return {decode(key_hint, key, where): decode(value_hint, one, f"{where}[{key}]") for key, one in data}
    if not isinstance(data, dict):
        raise _wrong(where, "a mapping", data)
    return {decode(key_hint, key, where): decode(value_hint, one, f"{where}.{key}") for key, one in data.items()}


_BY_ORIGIN: dict[Any, Callable[[tuple[Any, ...], Any, str], Any]] = {
    Union: _optional,
    types.UnionType: _optional,
    Literal: _literal,
    tuple: _tuple,
    list: _list,
    Sequence: _list,
    dict: _mapping,
    Mapping: _mapping,
    np.ndarray: _array,
}


def _dataclass(kind: type[T], data: Any, where: str) -> T:
    if not isinstance(data, dict):
        raise _wrong(where, f"the fields of a {kind.__name__}", data)
    wanted = {one.name: one for one in fields(kind) if one.init}  # type: ignore[arg-type]  # a dataclass, as was asked
    unknown = sorted(set(data) - set(wanted))
    if unknown:
        raise DocumentError(f"{where}: unknown key {unknown[0]!r}; a {kind.__name__} has {', '.join(wanted)}")
    required = [one.name for one in wanted.values() if one.default is MISSING and one.default_factory is MISSING]
    missing = [name for name in required if name not in data]
    if missing:
        raise DocumentError(f"{where}: required key {missing[0]!r} is missing")
    hints = hints_of(kind)  # type: ignore[arg-type]  # classes are hashable
    try:
        return kind(**{name: decode(hints[name], data[name], f"{where}.{name}") for name in wanted if name in data})
    except DocumentError:
        raise
    except (NitrivacError, ValueError, TypeError, IndexError) as error:  # what the class itself checks
        raise DocumentError(f"{where}: {error}") from error


@lru_cache(maxsize=None)  # noqa: UP033 - the number of classes bounds it
def hints_of(kind: Hashable) -> dict[str, Any]:
    """The types of a dataclass's fields; names that its module imports for type checking only are imported now."""
    namespace = {"Any": Any, "NDArray": NDArray, "np": np, "Fraction": Fraction, "Path": Path, "Mapping": Mapping}
    return get_type_hints(kind, localns=namespace)
