"""Whether anything fits at all where near sites exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nitrivac.errors import UnsupportedError
from nitrivac.vacancies.exclusion.elimination import TooEntangledError
from nitrivac.vacancies.exclusion.markov_chain import NoFillingFoundError

if TYPE_CHECKING:
    from nitrivac.vacancies.space import ConfigurationSpace

__all__ = ["has_any", "require_any"]


def has_any(space: ConfigurationSpace) -> bool:
    """Whether so many sites can be filled while near ones exclude each other.

    Where the fillings cannot be counted, one is looked for; no is then that none was found.
    """
    try:
        return space.total() > 0
    except TooEntangledError:
        try:
            return len(space.chains.filling) > 0
        except NoFillingFoundError:
            return False


def require_any(space: ConfigurationSpace) -> None:
    """Raise UnsupportedError where sites exclude each other so much that nothing fits."""
    if not has_any(space):
        raise UnsupportedError(
            f"{space.crystal.provenance.source}: so many sites cannot be filled while near ones exclude each other; "
            "lower the exclusion distance (--exclusion), or the occupancies"
        )
