"""`dir(nitrivac)` is the public interface, and each of its names shows by a doctest how it is used."""

from __future__ import annotations

import doctest
import subprocess
import sys
from importlib import import_module
from inspect import isfunction
from types import ModuleType

import pytest

import nitrivac

NAMES = [name for name in dir(nitrivac) if name != "__version__"]
OBJECTS = [name for name in NAMES if not isinstance(getattr(nitrivac, name), ModuleType)]


def examples(name):
    """The doctests of a public name itself, not of its methods."""
    thing = getattr(nitrivac, name)
    return [found for found in doctest.DocTestFinder(recurse=False).find(thing, name) if found.examples]


@pytest.mark.parametrize("name", OBJECTS)
def test_each_name_has_an_example_that_holds(name):
    found = examples(name)
    assert found, f"nitrivac.{name} has no doctest"
    for example in found:
        outcome = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(example)
        assert outcome.failed == 0 and outcome.attempted >= 2, name  # noqa: PT018 - an import and a line


def handed_on():
    """The functions that the packages hand on beside the names of `nitrivac` itself."""
    for room in (name for name in NAMES if name not in OBJECTS):
        module = import_module(f"nitrivac.{room}")
        for name in getattr(module, "__all__", ()):
            thing = getattr(module, name)
            if name not in OBJECTS and isfunction(thing):
                yield pytest.param(thing, id=f"{room}.{name}")


@pytest.mark.parametrize("function", list(handed_on()))
def test_each_function_of_a_package_has_an_example_that_holds(function):
    found = [one for one in doctest.DocTestFinder(recurse=False).find(function, function.__name__) if one.examples]
    assert found, f"{function.__module__}.{function.__name__} has no doctest"
    assert all(doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(one).failed == 0 for one in found)


def test_methods_of_a_crystal_have_examples_that_hold():
    finder = doctest.DocTestFinder()
    found = [one for one in finder.find(nitrivac.Crystal, "Crystal") if one.examples and one.name != "Crystal"]
    assert {one.name for one in found} >= {"Crystal.atoms", "Crystal.composition"}
    assert all(doctest.DocTestRunner().run(one).failed == 0 for one in found)


def test_nothing_else_shows():
    assert sorted(dir(nitrivac)) == sorted(nitrivac.__all__)
    assert not [name for name in NAMES if name.startswith("_")]
    for name in NAMES:
        home = getattr(nitrivac, name).__module__ if name in OBJECTS else getattr(nitrivac, name).__name__
        assert home.startswith("nitrivac"), name
        if name not in OBJECTS:
            room = import_module(f"nitrivac.{name}")
            assert not [one for one in dir(room) if one in {"Any", "TYPE_CHECKING", "import_module", "lazy_loader"}], name


def test_importing_it_imports_no_library():
    code = "import sys, nitrivac; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert not {"numpy", "pymatgen", "numba", "ase", "scipy", "spglib", "gemmi"} & set(shown.split())
