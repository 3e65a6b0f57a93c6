"""What is printed of a potential before its results: names, weights, elements, cell."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import replace

import pytest
from pymatgen.core import Lattice, Structure

from nitrivac import crystal_from_structure
from nitrivac.energetics import PotentialTrust, load_potential, potential_trust
from nitrivac.errors import MissingExtraError, SpecificationError


@pytest.fixture(scope="module")
def emt():
    return load_potential("ase.calculators.emt:EMT")


def copper(edge):
    return crystal_from_structure(Structure.from_spacegroup("Fm-3m", Lattice.cubic(edge), ["Cu"], [[0, 0, 0]]), source="Cu")


def test_a_cell_more_than_three_percent_off_is_a_warning(emt):
    stretched = potential_trust(copper(3.65), emt)
    assert stretched.warnings == ("the relaxed cell is off by -4.9 %, more than 3 %",)
    assert stretched.stress[1] == pytest.approx(stretched.stress[0])
    assert stretched.stress[0] > 2  # pulled apart, GPa
    assert stretched.energy == pytest.approx(0.0, abs=0.1)
    assert any(line.startswith("Warning: the relaxed cell") for line in stretched.lines())


def test_it_is_a_document(emt):
    found = potential_trust(copper(3.59), emt)
    assert found.warnings == ()
    assert PotentialTrust.from_dict(found.as_dict()).plain() == found.plain()
    assert found.plain()["length_ratios"] == pytest.approx([1.0, 1.0, 1.0], abs=1e-3)


def test_an_element_that_is_not_on_the_list_is_refused(emt):
    lists = replace(emt, elements=lambda _: ["Li", "N"])
    with pytest.raises(SpecificationError, match="does not know Cu; it knows Li, N"):
        potential_trust(copper(3.59), lists)
    assert potential_trust(copper(3.59), replace(emt, elements=lambda _: ["Cu"])).listed


def test_the_weights_of_a_file_are_named_by_their_hash(tmp_path):
    weights = tmp_path / "tiny.txt"
    weights.write_text("nep4 2 Li N\n")
    try:
        found = load_potential(f"nep:{weights}")
    except MissingExtraError as error:
        assert "nep-adapters or calorine" in str(error)
        return
    assert found.calculator.weights == "tiny.txt"
    assert found.calculator.weights_sha256 == hashlib.sha256(b"nep4 2 Li N\n").hexdigest()
    assert list(found.elements(None)) == ["Li", "N"]


class _Package:
    """A package with weights inside, as sevenn is."""

    SevenNetCalculator = staticmethod(lambda **options: options)


@pytest.fixture
def sevennet(tmp_path, monkeypatch):
    for name in ("SevenNet_0__11Jul2024", "SevenNet_0__22May2024", "SevenNet_l3i5"):
        folder = tmp_path / "pretrained_potentials" / name
        folder.mkdir(parents=True)
        (folder / "checkpoint.pth").write_text(name)
    package = type(sys)("sevenn")
    package.__file__ = str(tmp_path / "__init__.py")
    monkeypatch.setitem(sys.modules, "sevenn", package)
    monkeypatch.setitem(sys.modules, "sevenn.calculator", _Package)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("sevennet", "SevenNet_0__11Jul2024"),
        ("sevennet:7net-0", "SevenNet_0__11Jul2024"),
        ("sevennet:0__22may2024", "SevenNet_0__22May2024"),
        ("sevennet:l3i5", "SevenNet_l3i5"),
    ],
)
def test_packaged_weights_are_found_in_the_package(sevennet, name, folder):
    found = load_potential(name)
    assert found.calculator.weights_sha256 == hashlib.sha256(folder.encode()).hexdigest()
    assert found.make()["model"] == str(sevennet / "pretrained_potentials" / folder / "checkpoint.pth")


@pytest.mark.usefixtures("sevennet")
def test_weights_that_would_be_downloaded_are_refused():
    with pytest.raises(
        SpecificationError, match=r"sevennet:omni: .*0__11Jul2024, 0__22May2024, l3i5.*nothing is downloaded"
    ):
        load_potential("sevennet:omni")


def test_what_a_library_prints_while_it_loads_is_not_shown(capsys):
    potential = load_potential(f"{__name__}:noisy")
    potential.make()
    assert capsys.readouterr().out == ""


def noisy():
    """A factory that talks."""
    print("loading")
    return object()
