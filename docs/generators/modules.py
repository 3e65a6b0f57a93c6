"""The reference of the public interface: what the package and its rooms hand on, and no other name."""

import inspect
from importlib import import_module
from types import ModuleType

import nitrivac

__all__ = ["module_pages", "public_names"]

_ROOMS_WITHIN = ("nitrivac.report.figures",)


def public_names() -> dict[str, list[str]]:
    """The public names by the package that documents them: the package itself, then its rooms with what is theirs alone."""
    face = [name for name in dir(nitrivac) if name != "__version__"]
    rooms = [name for name in face if isinstance(getattr(nitrivac, name), ModuleType)]
    names = {"nitrivac": [name for name in face if name not in rooms]}
    for room in (*(f"nitrivac.{name}" for name in rooms), *_ROOMS_WITHIN):
        module = import_module(room)
        offered = [name for name in getattr(module, "__all__", []) if not isinstance(getattr(module, name), ModuleType)]
        names[room] = [name for name in offered if name not in names["nitrivac"]]
    return {room: found for room, found in names.items() if found}


def module_pages() -> dict[str, str]:
    """A page for the package and one for each of its rooms, by the name of the page."""
    return {f"reference/{room}.md": _page(room, names) for room, names in public_names().items()}


def _page(room: str, names: list[str]) -> str:
    module = import_module(room)
    lines = [f"# {room}", "", "```{eval-rst}", inspect.getdoc(module) or "", ""]
    for name in names:
        lines += _entry(room, name, getattr(module, name))
    handed_on = [name for name in getattr(module, "__all__", []) if name not in names and hasattr(nitrivac, name)]
    if room != "nitrivac" and handed_on:
        links = (f":py:obj:`~nitrivac.{name}`" for name in handed_on)
        lines += [f"Also importable from here: {', '.join(links)}.", ""]
    return "\n".join([*lines, "```", ""])


def _entry(room: str, name: str, value: object) -> list[str]:
    if isinstance(value, type):
        return [f".. autoclass:: {room}.{name}", "   :members:", ""]
    if callable(value):
        return [f".. autofunction:: {room}.{name}", ""]
    return [f".. autodata:: {room}.{name}", ""]
