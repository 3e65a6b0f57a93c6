"""What vacancies change, against finite differences; what a refinement could know, against the whole covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nitrivac import Crystal, load
from nitrivac.diffraction import Counting, occupancy_contrast, powder_pattern
from nitrivac.diffraction.refinement import distinguishing_peaks, estimate_occupancies
from nitrivac.diffraction.sensitivity import occupancy_sensitivity
from nitrivac.errors import SpecificationError
from nitrivac.vacancies import average_crystal, parse_specification

REFINED = ("Li@4f=8.1(2)%", "N@2c=5.4(1)%")


def with_vacancies(source: str, *items: str) -> Crystal:
    crystal = load(source)
    return average_crystal(crystal, parse_specification(crystal, items))


def emptied(crystal: Crystal, address: str, percent: float) -> Crystal:
    """A crystal with this much more of a site's positions vacant, its occupants in their own proportion."""
    orbit = crystal.find(address)
    factor = (orbit.total_occupancy - percent / 100) / orbit.total_occupancy
    occupants = tuple(replace(one, occupancy=one.occupancy * factor) for one in orbit.occupants)
    changed = replace(orbit, occupants=occupants)
    return replace(crystal, orbits=tuple(changed if one is orbit else one for one in crystal.orbits))


def absolute(crystal: Crystal, radiation: str, **options: float) -> np.ndarray:
    """Intensities on the scale of the cell."""
    pattern = powder_pattern(crystal, radiation, two_theta=(0, 120), **options)
    row = pattern.intensity.argmax()
    scale = pattern.multiplicity[row] * pattern.f_squared[row] / 100  # but for the angle's factor, the same in each crystal
    return pattern.intensity * scale


@pytest.mark.parametrize("radiation", ["Cu", "neutron"])
@pytest.mark.parametrize(
    ("source", "items", "address"),
    [("beta-Li3N", REFINED, "Li@4f"), ("beta-Li3N", REFINED, "N@2c"), ("beta-Li3N", (), "Li@2b"), ("Li9N2Cl3", (), "N@4a")],
)
def test_the_change_per_per_cent_is_that_of_emptying_the_site(source, items, address, radiation):
    crystal = with_vacancies(source, *items)
    step = 0.01
    found = occupancy_sensitivity(crystal, radiation, [crystal.find(address)], two_theta=(0, 120))
    less, more = (absolute(emptied(crystal, address, 1.0 + sign * step), radiation) for sign in (-1, 1))
    middle = occupancy_sensitivity(
        emptied(crystal, address, 1.0), radiation, [emptied(crystal, address, 1.0).find(address)], two_theta=(0, 120)
    )
    strongest = absolute(emptied(crystal, address, 1.0), radiation).max()
    assert middle.change[:, 0] == pytest.approx(100 * (more - less) / (2 * step) / strongest, abs=1e-5)
    assert found.change.shape == (len(found.pattern.d), 1)


def test_all_sites_emptied_alike_change_every_reflection_alike():
    """Where each site loses the same share, intensities fall by twice that share and no reflection stands out."""
    crystal = with_vacancies("beta-Li3N", *REFINED)
    found = occupancy_sensitivity(crystal, "neutron", crystal.orbits)
    filled = np.array([orbit.total_occupancy for orbit in crystal.orbits])
    one_per_cent = found.change @ filled
    assert one_per_cent == pytest.approx(-2 * 0.01 * found.pattern.intensity)


def test_lithium_vacancies_change_x_rays_and_neutrons_the_other_way():
    """(1 0 0) of beta-Li3N: nitrogen and Li(4f) scatter X-rays in phase there, and neutrons out of phase."""
    crystal = load("beta-Li3N")
    orbit = crystal.find("Li@4f")
    x_ray, neutron = (occupancy_sensitivity(crystal, radiation, [orbit]) for radiation in ("Cu", "neutron"))
    row = x_ray.pattern.hkl.tolist().index([1, 0, 0])
    assert x_ray.change[row, 0] < 0 < neutron.change[row, 0]


def test_odd_l_of_beta_li3n_does_not_see_li_2b():
    """The two Li(2b), at 0 0 1/4 and 0 0 3/4, cancel each other where l is odd."""
    crystal = load("beta-Li3N")
    found = occupancy_sensitivity(crystal, "Cu", [crystal.find("Li@2b")])
    for hkl, change in zip(found.pattern.hkl.tolist(), found.change[:, 0], strict=True):
        if hkl[2] % 2:
            assert change == pytest.approx(0, abs=1e-9), hkl


def full_covariance(found, counting: Counting, columns: list[int]) -> np.ndarray:
    """Covariance of all parameters at once: sites, scale and every B."""
    pattern = found.pattern
    peaks: list[list[int]] = []
    for row, angle in enumerate(pattern.two_theta):
        if peaks and angle - pattern.two_theta[peaks[-1][0]] <= counting.resolution:
            peaks[-1].append(row)
        else:
            peaks.append([row])
    design = np.hstack([found.change[:, columns], pattern.intensity[:, None], found.displacement_change])
    rows = np.array([design[peak].sum(axis=0) for peak in peaks])
    heights = np.array([pattern.intensity[peak].sum() for peak in peaks])
    unit = counting.counts / heights.max()
    weights = unit**2 / (unit * heights + counting.background * counting.counts)
    return np.linalg.inv(rows.T @ (weights[:, None] * rows))


@pytest.mark.parametrize("radiation", ["Cu", "neutron"])
def test_uncertainties_are_those_of_the_whole_normal_matrix(radiation):
    crystal = with_vacancies("beta-Li3N", *REFINED)
    found = occupancy_sensitivity(crystal, radiation, crystal.orbits, two_theta=(0, 120))
    counting = Counting(counts=5e4, background=0.02)
    sites = ("Li@4f", "Li@2b")
    columns = [found.sites.index(one) for one in sites]
    expected = full_covariance(found, counting, columns)[:2, :2]
    estimate = estimate_occupancies([found], counting, sites=sites)
    assert estimate.su_percent == pytest.approx(np.sqrt(np.diag(expected)), rel=1e-6)
    assert estimate.correlation[0][1] == pytest.approx(expected[0, 1] / np.sqrt(expected[0, 0] * expected[1, 1]), rel=1e-6)


def test_four_times_the_counts_halve_the_uncertainty():
    crystal = with_vacancies("beta-Li3N", *REFINED)
    found = occupancy_sensitivity(crystal, "neutron", crystal.orbits)
    once, four = (
        estimate_occupancies([found], Counting(counts=counts), sites=["Li@4f"]).su_percent[0] for counts in (1e5, 4e5)
    )
    assert once == pytest.approx(2 * four)


def test_scattered_counts_spread_as_the_estimate_says():
    """Least squares on counts drawn at random: the spread of the refined vacancy is the uncertainty foretold."""
    crystal = with_vacancies("beta-Li3N", *REFINED)
    found = occupancy_sensitivity(crystal, "Cu", [crystal.find("Li@4f")])
    counting = Counting(counts=1e6, background=0.01, resolution=0.001)
    foretold = estimate_occupancies([found], counting, with_displacements=False).su_percent[0]
    unit = counting.counts / found.pattern.intensity.max()
    expected = unit * found.pattern.intensity
    background = counting.background * counting.counts
    design = np.column_stack([unit * found.change[:, 0], expected]) / np.sqrt(expected + background)[:, None]
    rng = np.random.default_rng(1)
    drawn = rng.poisson(expected + background, size=(4000, len(expected))) - background - expected
    fitted = np.linalg.lstsq(design, (drawn / np.sqrt(expected + background)).T, rcond=None)[0][0]
    assert fitted.std() == pytest.approx(foretold, rel=0.05)


def test_two_patterns_together_know_more_than_each():
    contrast = occupancy_contrast(with_vacancies("beta-Li3N", *REFINED))
    by_probes = {}
    for one in contrast.estimates:
        if one.sites == ("Li@2b", "Li@4f") and one.with_displacements:
            by_probes[one.probes] = np.array(one.su_percent)
    assert (by_probes["x-ray", "neutron"] < np.minimum(by_probes["x-ray",], by_probes["neutron",])).all()


def test_all_sites_and_the_scale_cannot_be_told():
    crystal = with_vacancies("beta-Li3N", *REFINED)
    for radiations in (["Cu"], ["Cu", "neutron"]):
        found = [occupancy_sensitivity(crystal, one, crystal.orbits) for one in radiations]
        for with_displacements in (False, True):
            estimate = estimate_occupancies(found, Counting(), with_displacements=with_displacements)
            assert estimate.su_percent == (None, None, None)


def test_more_parameters_than_peaks_are_not_known():
    crystal = load("gamma-Li3N")
    found = occupancy_sensitivity(crystal, "Cu", [crystal.find("Li@4b")], two_theta=(0, 45))
    assert len(found.pattern.d) == 2
    assert estimate_occupancies([found], Counting()).su_percent == (None,)


def test_100_and_002_tell_li_4f_from_li_2b():
    """The two reflections of beta-Li3N that change by the other sign when lithium moves from one site to the other."""
    contrast = occupancy_contrast(with_vacancies("beta-Li3N", *REFINED))
    for one in contrast.distinctions:
        assert (one.first, one.second) == ("Li@2b", "Li@4f")
        hkl = contrast.sensitivities[0].pattern.hkl[list(one.rows)].tolist()
        assert {tuple(hkl[0]), tuple(hkl[1])} == {(1, 0, 0), (0, 0, 2)}
        assert one.change[0] * one.change[1] < 0
        assert sum(one.share[:2]) > 0.5
        assert sum(one.share) <= 1 + 1e-9


def test_shares_of_all_peaks_add_up_to_one():
    crystal = with_vacancies("beta-Li3N", *REFINED)
    found = occupancy_sensitivity(crystal, "neutron", crystal.orbits)
    whole = distinguishing_peaks(found, Counting(), "Li@2b", "Li@4f", most=1000)
    assert sum(whole.share) == pytest.approx(1)


def test_which_sites_are_asked_after():
    sites = [occupancy_contrast(with_vacancies("beta-Li3N", *items)).sensitivities[0].sites for items in ((), REFINED)]
    assert sites == [("Li@2b", "Li@4f"), ("N@2c", "Li@2b", "Li@4f")]


@pytest.mark.parametrize("wrong", [{"counts": 0.0}, {"background": -1.0}, {"counts": float("nan")}])
def test_statistics_that_are_none_are_refused(wrong):
    with pytest.raises(SpecificationError, match=r"counts|background"):
        Counting(**wrong)
