"""nitrivac: crystal structures, vacancies, lithium hops and polyhedra of nitride solid electrolytes."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nitrivac._version import __version__

if TYPE_CHECKING:
    from nitrivac.catalog import get_material, materials
    from nitrivac.crystal import Crystal, crystal_from_structure, load
    from nitrivac.errors import NitrivacError

_HOME = {
    "Crystal": "crystal",
    "NitrivacError": "errors",
    "crystal_from_structure": "crystal",
    "get_material": "catalog",
    "load": "crystal",
    "materials": "catalog",
}

__all__ = ["Crystal", "NitrivacError", "__version__", "crystal_from_structure", "get_material", "load", "materials"]


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"nitrivac.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
