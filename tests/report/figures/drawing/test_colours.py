"""Colours are told apart: of elements, of the sites of one, and of what shares a crystal with vacancies."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from nitrivac import load
from nitrivac.catalog import materials
from nitrivac.elements import ELEMENTS
from nitrivac.report.figures.drawing.colours import APART, colour_distance, element_colours, site_shades
from nitrivac.report.figures.drawing.kinds import kinds_of
from nitrivac.report.figures.drawing.style import VACANT

BUILT = [material.id for material in materials() if material.sites]


def test_distances_are_those_of_oklab():
    assert colour_distance("#000000", "#ffffff") == pytest.approx(1, abs=1e-6)
    assert colour_distance("#808080", "#808080") == 0
    # L, a, b of sRGB red and green as published with the definition: 0.628, 0.225, 0.126 and 0.866, -0.234, 0.179
    assert colour_distance("#ff0000", "#00ff00") == pytest.approx((0.238**2 + 0.459**2 + 0.053**2) ** 0.5, abs=2e-3)


@pytest.mark.parametrize("identifier", BUILT)
def test_no_two_elements_of_a_record_look_alike_in_any_of_their_shades(identifier):
    crystal = load(identifier)
    shades: dict[str, set[str]] = {}
    for kind, orbit in zip(kinds_of(crystal).kinds, crystal.orbits, strict=True):
        for (colour, _), element in zip(kind.parts, orbit.elements, strict=False):
            shades.setdefault(element, set()).add(colour)
    for one, other in combinations(shades, 2):
        assert min(colour_distance(a, b) for a in shades[one] for b in shades[other]) >= APART
    for colours in shades.values():
        assert min(colour_distance(colour, VACANT) for colour in colours) > 0.05


# On linear sRGB, severity 1: G. M. Machado et al., IEEE Trans. Vis. Comput. Graph. 15 (2009) 1291.
DEFICIENCIES = {
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
}


@pytest.mark.parametrize("name", DEFICIENCIES)
def test_the_colour_blind_tell_the_elements_of_most_compounds_apart(name):
    def seen(colour):
        values = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
        linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
        linear = (np.array(DEFICIENCIES[name]) @ linear).clip(0, 1)
        values = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
        return "#" + "".join(f"{round(255 * value):02x}" for value in values)

    colours = [seen(colour) for colour in (*element_colours(["Li", "N", "O", "P", "S"]).values(), VACANT)]
    assert min(colour_distance(one, other) for one, other in combinations(colours, 2)) > 0.1


def test_nitrogen_is_blue_and_chlorine_is_not():
    colours = element_colours(["Cl", "N", "Li"])
    red, green, blue = (int(colours["N"][start : start + 2], 16) for start in (1, 3, 5))
    assert blue > max(red, green)
    red, green, blue = (int(colours["Cl"][start : start + 2], 16) for start in (1, 3, 5))
    assert blue < min(red, green)


def test_many_elements_have_colours_of_their_own_while_there_are_any():
    for first in range(0, len(ELEMENTS) - 8, 8):
        names = list(ELEMENTS)[first : first + 8]
        colours = element_colours(names)
        assert list(colours) == names
        assert min(colour_distance(one, other) for one, other in combinations(colours.values(), 2)) >= APART


def test_the_order_of_the_elements_does_not_matter():
    assert element_colours(["La", "Zr", "O", "Li"]) == element_colours(["O", "Li", "Zr", "La"])


def test_sites_of_one_element_are_shades_of_its_colour_while_they_can_be_told_apart():
    colours = element_colours(["Li", "N"])
    shades = site_shades(colours, {"Li": 3, "N": 1})
    assert shades["Li"][0] == colours["Li"]
    assert len(set(shades["Li"])) == 3
    assert shades["N"] == (colours["N"],)
    assert site_shades(colours, {"Li": 40, "N": 1})["Li"] == (colours["Li"],) * 40
