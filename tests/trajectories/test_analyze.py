"""Real runs, what they do not depend on, and what is refused."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from nitrivac import analyze_trajectory, find_hops, load
from nitrivac.errors import ReadError, SpecificationError, UnsupportedError
from nitrivac.report.terminal.trajectories import trajectory_report
from nitrivac.trajectories import TrajectoryAnalysis, arrhenius_lines
from nitrivac.trajectories.transport.displacements import diffusion_of
from tests.elsewhere import shared
from tests.trajectories.synthetic import Run, make_run, write_xyz


@pytest.fixture(scope="module")
def beta():
    return load("beta-Li3N")


@pytest.fixture(scope="module")
def short(beta):
    network = find_hops(beta, widest_paths=False)
    rates = {"h2": (0.4, 0.4), "h3": (0.15, 0.45)}
    return make_run(
        beta, network, cells=(3, 3, 2), vacancies=6, rates=rates, length=40, dt=0.05, vibration=0.15, seed=2, wrap=False
    )


def analysed(run, crystal, tmp_path, **options):
    return analyze_trajectory(crystal, [write_xyz(run, tmp_path / "run.xyz")], time_step=50.0, **options)[0]


def numbers(found):
    return [(one.hop, one.forward + one.backward, round(one.rate, 6)) for one in found.hops], [
        (one.site, round(one.occupancy, 9)) for one in found.sites
    ]


def test_wrapping_drift_origin_order_and_rotation_change_nothing(short, beta, tmp_path):
    first = numbers(analysed(short, beta, tmp_path))
    inverse = np.linalg.inv(short.lattice)
    wrapped = replace(short, places=np.mod(short.places @ inverse, 1) @ short.lattice)
    assert numbers(analysed(wrapped, beta, tmp_path)) == first
    drifting = short.places + np.arange(len(short.places))[:, None, None] * 0.01 + [0.4, -2.9, 1.3]
    drifted = replace(short, places=np.mod(drifting @ inverse, 1) @ short.lattice)
    assert numbers(analysed(drifted, beta, tmp_path)) == first
    other = np.array([[1, 1, 0], [0, 1, 0], [1, 0, 1]]) @ short.lattice
    skewed = replace(short, places=np.mod(short.places @ np.linalg.inv(other), 1) @ other, lattice=other)
    assert numbers(analysed(skewed, beta, tmp_path)) == first
    order = np.random.default_rng(0).permutation(len(short.symbols))
    shuffled = replace(short, places=short.places[:, order], symbols=[short.symbols[one] for one in order])
    assert numbers(analysed(shuffled, beta, tmp_path)) == first
    turn, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    turn *= np.sign(np.linalg.det(turn))
    turned = replace(short, places=short.places @ turn, lattice=short.lattice @ turn)
    assert [row[:2] for row in numbers(analysed(turned, beta, tmp_path))[0]] == [row[:2] for row in first[0]]


def test_a_strained_and_breathing_cell_changes_nothing(short, beta, tmp_path):
    first = numbers(analysed(short, beta, tmp_path))
    strained = replace(short, places=short.places * 1.02, lattice=short.lattice * 1.02)
    found = analysed(strained, beta, tmp_path)
    assert found.strain == pytest.approx(0.02)
    for one, other in zip(numbers(found)[0], first[0], strict=True):
        assert one[1] == pytest.approx(other[1], abs=2)


def test_a_run_read_in_parts_is_the_same_run(short, beta, tmp_path, monkeypatch):
    whole = analysed(short, beta, tmp_path)
    monkeypatch.setattr("nitrivac.trajectories.frames._POSITIONS_AT_ONCE", 7000)
    parts = analysed(short, beta, tmp_path)
    for one, other in zip(parts.hops, whole.hops, strict=True):
        assert (one.forward, one.backward, one.by_radius) == (other.forward, other.backward, other.by_radius)
        assert one.by_window == pytest.approx(other.by_window, rel=0.02)
    np.testing.assert_allclose(parts.transport.tracer, whole.transport.tracer, rtol=1e-4)


def test_the_document_comes_back(short, beta, tmp_path):
    found = analysed(short, beta, tmp_path, temperature=600.0)
    again = TrajectoryAnalysis.from_dict(found.as_dict())
    assert again == found
    assert again.plain() == found.plain()


def test_conductivity_follows_from_the_charge_diffusivity(short, beta, tmp_path):
    found = analysed(short, beta, tmp_path, temperature=500.0)
    charge = np.trace(found.transport.charge) / 3 * 1e-4
    volume = abs(np.linalg.det(short.lattice)) * 1e-24
    expected = 102 / volume * 1.602176634e-19**2 * charge / (1.380649e-23 * 500)
    assert found.transport.conductivity == pytest.approx(expected)
    assert found.transport.conductivity_su == pytest.approx(expected * found.transport.charge_su / (charge * 1e4))
    assert analysed(short, beta, tmp_path).transport.conductivity is None


def test_no_conductivity_follows_from_a_charge_diffusivity_below_zero(short, beta, tmp_path, monkeypatch, capsys):
    """Of a short run it may come out so, by chance."""

    def scattered(*arguments, **options):
        tracer, charge = diffusion_of(*arguments, **options)
        return tracer, replace(charge, blocks=-charge.blocks)

    monkeypatch.setattr("nitrivac.trajectories.transport.both_ways.diffusion_of", scattered)
    found = analysed(short, beta, tmp_path, temperature=500.0)
    assert np.trace(found.transport.charge) < 0
    assert found.transport.conductivity is None
    assert found.transport.haven is None
    Console(width=80).print(trajectory_report(found))
    shown = capsys.readouterr().out
    assert "No conductivity" in shown
    assert "S/cm" not in shown


@pytest.mark.slow
def test_real_runs_of_beta_show_what_is_known_of_them():
    """Rates of h2, tracer diffusivities and vacancies on 2b as another program read them from the last 27 ps."""
    known = {600: (0.16, 0.016, 50.0), 800: (0.33, 0.039, 50.0), 1000: (0.45, 0.065, 20.0)}
    crystal, runs = load("beta-Li3N"), []
    for kelvin, (rate, tracer, step) in known.items():
        path = shared(f"trajectories/beta-Li3N-vacancy-rich-nep89-{kelvin}K.extxyz.xz")
        found, density = analyze_trajectory(crystal, [path], time_step=step, skip=3.0, temperature=float(kelvin))
        runs.append(found)
        hop = found.hop("h2")
        assert abs(hop.rate - rate) < 2 * hop.su
        assert abs(np.trace(found.transport.tracer) / 3 - tracer) < 2 * found.transport.tracer_su
        assert hop.well_defined
        assert not found.hop("h1").well_defined
        assert found.length == pytest.approx(27)
        sites = {one.site: one for one in found.sites}
        assert sites["Li@2b"].occupancy == pytest.approx(0.97, abs=0.015)
        assert density.halves_differ[1] < density.halves_differ[0] / 2
    lines = {line.quantity: line for line in arrhenius_lines(runs)}
    assert lines["tracer"].energy == pytest.approx(0.18, abs=2 * lines["tracer"].energy_su)
    assert 0.05 < lines["h2"].energy < 0.25


@pytest.mark.slow
def test_the_run_of_alpha_shows_no_more_than_jumps_across_the_layers():
    path = shared("trajectories/alpha-Li3N-esnap-600K.extxyz.xz")
    found, _ = analyze_trajectory(load("alpha-Li3N"), [path], time_step=20.0)
    assert found.atoms == {"N": 27, "Li": 78}
    along = found.hop("h6")
    assert (along.start, along.end) == ("Li@2c", "Li@2c")
    assert along.jumps + found.two_step <= 4


def test_arrhenius_lines_of_exact_rates_are_exact(short, beta, tmp_path):
    found = analysed(short, beta, tmp_path)
    runs = []
    for kelvin in (500.0, 600.0, 800.0):
        rate = 1e13 * np.exp(-0.3 / (8.617333262e-5 * kelvin)) * 1e-12
        hops = tuple(
            replace(hop, rate=rate, su=0.1 * rate) if hop.hop == "h2" else replace(hop, su=0.0) for hop in found.hops
        )
        runs.append(replace(found, temperature=kelvin, hops=hops))
    line = next(line for line in arrhenius_lines(runs) if line.quantity == "h2")
    assert line.energy == pytest.approx(0.3)
    assert line.prefactor == pytest.approx(1e13)
    with pytest.raises(SpecificationError, match="two temperatures"):
        arrhenius_lines(runs[:1])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"species": "Na"}, "has no Na"),
        ({"skip": 39.8}, "frames are left"),
        ({"temperature": -3.0}, "temperature -3 K"),
        ({"core_share": 0.9}, "from 0.05 to 0.5"),
    ],
)
def test_options_that_cannot_be_meant(short, beta, tmp_path, options, said):
    with pytest.raises((SpecificationError, ReadError, UnsupportedError), match=said):
        analysed(short, beta, tmp_path, **options)


def test_a_run_of_another_compound_or_cell_is_refused(short, beta, tmp_path):
    with pytest.raises(UnsupportedError, match="is no run of a supercell of alpha-Li3N"):
        analysed(short, load("alpha-Li3N"), tmp_path)
    first, *rest = beta.orbits
    chloride = replace(
        beta,
        orbits=(replace(first, occupants=(replace(first.occupants[0], element="Cl"),)), *rest),
        provenance=replace(beta.provenance, source="LiCl-like"),
    )
    with pytest.raises(UnsupportedError, match="holds N, LiCl-like holds"):
        analysed(short, chloride, tmp_path)
    wide = replace(short, lattice=short.lattice * [1, 1, 1.3])
    with pytest.raises(UnsupportedError, match="is no run of a supercell"):
        analysed(wide, beta, tmp_path)
    lithium = [place for place, symbol in enumerate(short.symbols) if symbol == "Li"]
    alone = replace(short, places=short.places[:, lithium], symbols=["Li"] * len(lithium))
    with pytest.raises(UnsupportedError, match="nothing but Li"):
        analysed(alone, beta, tmp_path)
    more = replace(
        short, places=short.places[:, [*range(len(short.symbols)), *lithium]], symbols=short.symbols + ["Li"] * 102
    )
    with pytest.raises(UnsupportedError, match="204 Li"):
        analysed(more, beta, tmp_path)


def test_frames_too_far_apart_to_be_followed_name_the_stride_that_would_do(short, beta, tmp_path):
    far = short.places.copy()
    lithium = [place for place, symbol in enumerate(short.symbols) if symbol == "Li"]
    far[:, lithium] += np.random.default_rng(0).normal(0, 1.8, (len(far), len(lithium), 3))
    hot = replace(short, places=far)
    with pytest.raises(ReadError, match=r"frames no more than .* fs apart would do \(they are 50 fs apart\)"):
        analysed(hot, beta, tmp_path)


def test_a_dopant_on_an_immobile_site_is_kept_and_said(short, beta, tmp_path):
    doped = replace(short, symbols=["O", *short.symbols[1:]])
    found = analysed(doped, beta, tmp_path)
    assert any("O, which beta-Li3N does not have, is a dopant" in one for one in found.remarks)
    assert numbers(found) == numbers(analysed(short, beta, tmp_path))


def test_a_dopant_on_a_site_of_the_mobile_element_holds_that_site(short, beta, tmp_path):
    """An ion that never moves is called magnesium: all others jump as before, and one site of its address is fewer."""
    ions = [place for place, symbol in enumerate(short.symbols) if symbol == "Li"]
    steps = np.linalg.norm(np.diff(short.ideal, axis=0), axis=2).max(axis=0)
    keeps = ions[int(np.flatnonzero(steps < 0.1)[0])]
    symbols = ["Mg" if place == keeps else symbol for place, symbol in enumerate(short.symbols)]
    found, plain = analysed(replace(short, symbols=symbols), beta, tmp_path), analysed(short, beta, tmp_path)
    remark = next(one for one in found.remarks if "is a dopant here, on Li@" in one)
    address = remark.rpartition(" on ")[2]
    fewer = {site.site: one.sites - site.sites for site, one in zip(found.sites, plain.sites, strict=True)}
    assert fewer == {site.site: int(site.site == address) for site in plain.sites}
    assert "sites of Li that other atoms hold, and that are left out: 1" in found.remarks
    assert [(one.forward, one.backward) for one in found.hops] == [(one.forward, one.backward) for one in plain.hops]
    filled = [sum(site.occupancy * site.sites for site in one.sites) for one in (found, plain)]
    assert filled == pytest.approx([101, 102])


def test_an_antisite_pair_is_said_with_its_place(short, beta, tmp_path):
    ions = [place for place, symbol in enumerate(short.symbols) if symbol == "Li"]
    steps = np.linalg.norm(np.diff(short.ideal, axis=0), axis=2).max(axis=0)
    keeps = ions[int(np.flatnonzero(steps < 0.1)[0])]
    symbols = list(short.symbols)
    symbols[0], symbols[keeps] = "Li", "N"
    found = analysed(replace(short, symbols=symbols), beta, tmp_path)
    assert any(one.startswith("N on Li@") and one.endswith("is an antisite") for one in found.remarks)
    assert found.never == 1


def test_an_ion_too_many_is_an_interstitial_with_its_place(beta, tmp_path):
    full = beta.atoms().repeat((3, 3, 2))
    place = np.zeros(3)  # 2a, between two sites of 2b along c
    atoms = full.copy()
    atoms.append("Li")
    atoms.positions[-1] = (place + 1) @ beta.lattice
    frames = [atoms.positions + np.random.default_rng(seed).normal(0, 0.05, atoms.positions.shape) for seed in range(60)]
    run = Run(np.array(full.cell), atoms.get_chemical_symbols(), np.array(frames), np.array(frames), [], {})
    found = analysed(run, beta, tmp_path)
    assert found.atoms["Li"] == 109
    assert found.never == 1
    assert found.transport.predicted_tracer is None
    (stay,) = found.stays
    assert stay.nearest == "Li@2b"
    assert stay.distance == pytest.approx(beta.lattice[2, 2] / 4, abs=0.05)
    assert np.abs(stay.place - np.round(stay.place)).max() < 0.02
    assert stay.time == pytest.approx(3.0)
    assert any("1 Li were never in a core" in one for one in found.remarks)


def test_mixed_sites_may_hold_any_share(tmp_path):
    crystal = load("Li9N2Cl3")
    run = make_run(
        crystal, find_hops(crystal, widest_paths=False), cells=(2, 2, 3), vacancies=9, rates={"h1": (0.15, 0.15)}, length=10,
        dt=0.05,
    )  # fmt: skip
    odd = replace(run, symbols=["N" if place < 33 else symbol for place, symbol in enumerate(run.symbols)])
    assert analysed(odd, crystal, tmp_path).atoms["N"] > 30
    assert numbers(analysed(odd, crystal, tmp_path)) == numbers(analysed(run, crystal, tmp_path))
