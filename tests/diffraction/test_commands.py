"""`nitrivac pattern` and `nitrivac contrast`."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

from nitrivac import load
from nitrivac.diffraction import powder_pattern, read_measured

REFINED = ("Li@4f=8.1(2)%", "N@2c=5.4(1)%")


def test_the_table_fits_a_terminal_and_says_what_it_is(nitrivac):
    done = nitrivac("pattern", "beta-Li3N", *REFINED)
    assert done.code == 0
    assert done.out.startswith("beta-Li3N Li@4f=8.1(2)% N@2c=5.4(1)%: Cu Kα X-rays, 1.5419 Å\n")
    assert "1 0 1  2.7651  32.378  12" in done.out
    assert max(map(len, done.out.split("\n"))) <= 80


def test_json_has_the_keys_of_the_contract(nitrivac):
    document = json.loads(nitrivac("pattern", "gamma-Li3N", "--radiation", "neutron", "--json").out)
    assert {"source", "radiation", "reflections"} <= document.keys()
    assert document["radiation"] == "neutron"
    first = document["reflections"][0]
    assert set(first) == {"hkl", "d_A", "two_theta_deg", "multiplicity", "f_squared", "intensity"}
    assert first["hkl"] == [1, 1, 1]
    assert first["multiplicity"] == 8
    assert max(one["intensity"] for one in document["reflections"]) == 100


def test_specifications_belong_to_the_source_before_them(nitrivac):
    documents = json.loads(nitrivac("pattern", "beta-Li3N", "beta-Li3N", *REFINED, "alpha-Li3N", "--json").out)
    assert [(one["source"], tuple(one["specification"])) for one in documents] == [
        ("beta-Li3N", ()),
        ("beta-Li3N", REFINED),
        ("alpha-Li3N", ()),
    ]
    whole, vacant = (one["reflections"][1]["intensity"] for one in documents[:2])
    assert vacant < whole


def test_a_composition_is_a_specification_too(nitrivac):
    first = json.loads(nitrivac("pattern", "beta-Li3N", "Li2.83N0.94=Li@4f,N@2c", "--json").out)
    assert first["specification"] == ["Li2.83N0.94=Li@4f,N@2c"]
    assert json.loads(nitrivac("pattern", "alpha-Li3N", "Li2.9N=Li@2c", "--json").out)["specification"] == ["Li2.9N=Li@2c"]


def test_a_file_with_an_equals_sign_in_its_name_is_a_source(nitrivac, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert nitrivac("build", "alpha-Li3N").code == 0
    (tmp_path / "alpha-Li3N.cif").rename(tmp_path / "x=0.cif")
    assert json.loads(nitrivac("pattern", "x=0.cif", "--json").out)["source"] == "x=0.cif"


@pytest.mark.parametrize("suffix", [".csv", ".json", ".xy", ".svg", ".png", ".pdf", ".html"])
def test_each_kind_of_file_is_written(nitrivac, tmp_path, suffix):
    path = tmp_path / "made" / f"pattern{suffix}"
    done = nitrivac("pattern", "beta-Li3N", *REFINED, "-o", path)
    assert (done.code, done.out) == (0, "")
    assert path.stat().st_size > 300
    again = nitrivac("pattern", "beta-Li3N", *REFINED, "-o", path)
    assert again.code == 2
    assert "exists already" in again.err


def test_the_csv_is_the_pattern(nitrivac, tmp_path):
    path = tmp_path / "pattern.csv"
    nitrivac("pattern", "alpha-Li3N", "beta-Li3N", "-o", path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    for source in ("alpha-Li3N", "beta-Li3N"):
        pattern = powder_pattern(load(source))
        mine = [row for row in rows if row["pattern"] == source]
        assert [[int(row[axis]) for axis in "hkl"] for row in mine] == pattern.hkl.tolist()
        assert [float(row["intensity"]) for row in mine] == pytest.approx(pattern.intensity, abs=1e-5)


def test_a_pattern_of_a_candidate_says_so_wherever_it_goes(nitrivac, tmp_path):
    document = nitrivac("pattern", "beta-Li10P4N10#R3", "--two-theta", "10:20", "--json").json
    assert "not to be cited as the structure" in document["caution"]
    nitrivac("pattern", "beta-Li10P4N10#R3", "--two-theta", "10:20", "-o", tmp_path / "p.csv")
    assert all("not to be cited" in line for line in (tmp_path / "p.csv").read_text("utf-8").splitlines()[1:])
    contrast = nitrivac("contrast", "beta-Li10P4N10#R3", "--two-theta", "10:20", "--csv", tmp_path / "c.csv", "--json").json
    assert contrast["caution"] == document["caution"]
    assert all("not to be cited" in line for line in (tmp_path / "c.csv").read_text("utf-8").splitlines()[1:])


def test_a_profile_is_read_as_a_measured_pattern_and_drawn_under(nitrivac, tmp_path):
    profile, picture = tmp_path / "profile.xy", tmp_path / "picture.svg"
    nitrivac("pattern", "beta-Li3N", "--size", "10", "--two-theta", "20:80", "-o", profile)
    measured = read_measured(profile)
    assert (measured.two_theta[0], measured.two_theta[-1]) == (20, 80)
    assert measured.intensity.max() == pytest.approx(100)
    assert nitrivac("pattern", "beta-Li3N", "--measured", profile, "-o", picture).code == 0
    assert picture.read_text().startswith("<?xml")


def test_displacements_of_the_source_damp_the_pattern(nitrivac, tmp_path):
    nitrivac("build", "beta-Li3N", "-o", tmp_path)
    path = tmp_path / "beta-Li3N.cif"
    lines = path.read_text().split("\n")
    start = lines.index("_atom_site_occupancy")
    rows = [index for index, line in enumerate(lines) if line.startswith(("N1 ", "Li1 ", "Li2 "))]
    for index in rows:
        lines[index] += " 0.0253303"  # U for B = 2
    lines.insert(start + 1, "_atom_site_U_iso_or_equiv")
    path.write_text("\n".join(lines))
    stated = json.loads(nitrivac("pattern", path, "--json").out)["reflections"]
    asked = json.loads(nitrivac("pattern", "beta-Li3N", "--b-iso", "2", "--json").out)["reflections"]
    still = json.loads(nitrivac("pattern", "beta-Li3N", "--json").out)["reflections"]
    for one, two, three in zip(stated, asked, still, strict=True):
        assert one["f_squared"] == pytest.approx(two["f_squared"], rel=1e-5, abs=1e-6)
        damped = three["f_squared"] * np.exp(-2 * 2 * 0.25 / three["d_A"] ** 2)
        assert one["f_squared"] == pytest.approx(damped, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["Li@4f=8%", "beta-Li3N"], "stands behind its source"),
        (["beta-Li3N", "--radiation", "cobalt"], "no radiation; accepted are"),
        (["beta-Li3N", "--two-theta", "90"], "not like 10:90"),
        (["beta-Li3N", "--two-theta", "90:10"], "a range from 0 to below 180"),
        (["beta-Li3N", "-o", "pattern.doc"], "ends in .csv"),
        (["beta-Li3N", "alpha-Li3N", "-o", "pattern.xy"], "a profile is of one source"),
        (["beta-Li3N", "--size", "10"], "say where it goes"),
        (["beta-Li3N", "--measured", "none.xy"], "say where"),
        (["beta-Li3N", "--measured", "none.xy", "-o", "a.svg"], "cannot be read"),
        (["beta-Li3N", "--size", "0", "-o", "a.svg"], "a size of 0 nm"),
        (["no-such-thing"], "no compound"),
        (["LiPON"], "cannot be built"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(nitrivac, tmp_path, monkeypatch, arguments, reason):
    monkeypatch.chdir(tmp_path)
    done = nitrivac("pattern", *arguments)
    assert (done.code, done.out) == (2, "")
    assert reason in done.err
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_contrast_tells_the_two_lithium_sites_of_beta_li3n_apart(nitrivac):
    done = nitrivac("contrast", "beta-Li3N", *REFINED)
    assert done.code == 0
    assert "Reflections that tell Li@2b from Li@4f" in done.out
    assert max(map(len, done.out.split("\n"))) <= 80
    document = json.loads(nitrivac("contrast", "beta-Li3N", *REFINED, "--json").out)
    assert document["sites"] == ["N@2c", "Li@2b", "Li@4f"]
    assert [one["probe"] for one in document["patterns"]] == ["x-ray", "neutron"]
    assert {tuple(one["peaks"][0]["hkl"]) for one in document["distinctions"]} == {(1, 0, 0)}
    assert len(document["refinement"]) == 12


def test_contrast_of_all_sites_says_that_they_are_not_known(nitrivac):
    done = nitrivac("contrast", "beta-Li3N", "--sites", "Li@4f,Li@2b,N@2c")
    assert "not known" in done.out
    assert "hold one of them" in done.out


def test_contrast_as_a_table(nitrivac, tmp_path):
    path = tmp_path / "contrast.csv"
    assert nitrivac("contrast", "gamma-Li3N", "--csv", path).code == 0
    rows = list(csv.DictReader(path.read_text().splitlines()))
    assert {row["site"] for row in rows} == {"Li@4b", "Li@8c"}
    assert {row["radiation"] for row in rows} == {"Cu", "neutron"}


def test_contrast_of_an_unknown_site_lists_what_there_is(nitrivac):
    done = nitrivac("contrast", "beta-Li3N", "--sites", "Li@9z")
    assert done.code == 2
    assert "there are" in done.err
