"""The reference of every public module, from its docstrings."""

import pkgutil
from importlib import import_module
from types import ModuleType

import nitrivac

__all__ = ["module_pages", "public_modules"]


def public_modules() -> list[str]:
    """Every module of the package whose name has no part that begins with an underscore, the command line left out."""
    found = [
        one.name
        for one in pkgutil.walk_packages(nitrivac.__path__, "nitrivac.")
        if not any(part.startswith("_") for part in one.name.split("."))
    ]
    return ["nitrivac", *sorted(name for name in found if not name.startswith("nitrivac.cli"))]


def module_pages() -> dict[str, str]:
    """A page for each package, its modules below it, by the name of the page."""
    pages: dict[str, list[str]] = {}
    for name in public_modules():
        top = ".".join(name.split(".")[:2])
        pages.setdefault(top, []).append(name)
    return {f"reference/{top}.md": _page(top, names) for top, names in pages.items()}


def _page(top: str, names: list[str]) -> str:
    parts = [f"# {top}\n", _module(import_module(top))]
    parts += [f"## {name}\n\n{_module(import_module(name))}" for name in names if name != top]
    return "\n".join(parts)


def _module(module: ModuleType) -> str:
    """The docstring of a module, and its own public members; of a package, where each of its names lives."""
    members = _own_members(module)
    lines = ["```{eval-rst}", f".. automodule:: {module.__name__}"]
    if members:
        lines.append(f"   :members: {', '.join(members)}")
    lines += ["", *_names(module), "```", ""]
    return "\n".join(lines)


def _own_members(module: ModuleType) -> list[str]:
    return [name for name in getattr(module, "__all__", []) if _home(module, name) == module.__name__]


def _names(module: ModuleType) -> list[str]:
    """What a package offers that its modules define."""
    if not hasattr(module, "__path__"):
        return []
    rows = []
    for name in getattr(module, "__all__", []):
        home = _home(module, name)
        if home.startswith("nitrivac.") and home != module.__name__:
            role = "class" if isinstance(getattr(module, name), type) else "func"
            rows.append(f"- :py:{role}:`~{home}.{name}`")
    return ["Importable from here:", "", *rows, ""] if rows else []


def _home(module: ModuleType, name: str) -> str:
    """Name of the module that defines a member; empty for plain values, which say nothing of their home."""
    return str(getattr(getattr(module, name), "__module__", ""))
