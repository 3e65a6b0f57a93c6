"""Configurations ranked by potentials whose order is that of point charges, or its reverse."""

from __future__ import annotations

import json

import pytest

from nitrivac import load
from nitrivac.energetics import Reranking, RerankingOptions, load_potential, rerank
from nitrivac.errors import SpecificationError
from nitrivac.vacancies import Planning

SPECIFICATION = ["Li@2c=3/8", "N@1a=1/4"]
PLANNING = Planning(supercell=(2, 2, 1))


def ranked(model, **options):
    potential = load_potential(f"tests.energetics.models:{model}")
    return rerank(load("alpha-Li3N"), SPECIFICATION, potential, options=RerankingOptions(**options), planning=PLANNING)


def test_the_order_of_charges_comes_out_of_charges():
    found = ranked("Charges", lowest=20, sample=0)
    assert found.planned.count == len(found.candidates) > 5
    assert [one.electrostatic_rank for one in found.candidates] == sorted(one.electrostatic_rank for one in found.candidates)
    offsets = [one.energy - one.electrostatic for one in found.candidates]
    assert max(offsets) - min(offsets) == pytest.approx(0.0, abs=1e-3)
    assert found.correlation()[0] == pytest.approx(1.0)
    assert found.candidates[0].relative == 0.0
    assert found.certificate == f"electrostatic {found.planned.count}, relaxed {found.planned.count}"


def test_where_electrostatics_mislead_the_random_ones_tell():
    found = ranked("OppositeCharges", lowest=2, sample=6, seed=1)
    energies = [one.energy for one in found.candidates]
    assert energies == sorted(energies)
    assert found.candidates[-1].electrostatic_rank == 1
    assert found.candidates[0].chosen == "random"
    assert found.missed == pytest.approx(min(one.relative for one in found.candidates if one.electrostatic_rank))
    assert found.missed > 0
    assert found.correlation()[0] == pytest.approx(-1.0)
    codes = [one.codes for one in found.candidates]
    assert len(set(codes)) == len(codes)


def test_energies_that_are_no_numbers_are_rows_with_their_reason():
    found = ranked("Silent", lowest=2, sample=0)
    assert [one.energy for one in found.candidates] == [None, None]
    assert all("nan eV" in one.failure for one in found.candidates)
    assert found.certificate == "electrostatic 2, relaxed 0"
    assert found.correlation() == (None, 0)


def test_it_is_a_document():
    found = ranked("Charges", lowest=2, sample=1)
    again = Reranking.from_dict(json.loads(json.dumps(found.as_dict())))
    assert again.plain() == found.plain()


@pytest.mark.parametrize("options", [{"lowest": 0, "sample": 0}, {"lowest": -1}, {"steps": 0}, {"force": 0.0}])
def test_nothing_to_relax_is_refused(options):
    with pytest.raises(SpecificationError):
        RerankingOptions(**options)


def test_the_command_writes_files_in_order_of_energy(nitrivac, tmp_path):
    common = ("vacancies", "alpha-Li3N", *SPECIFICATION, "--supercell", "2x2x1")
    model = ("--calculator", "tests.energetics.models:OppositeCharges")
    run = nitrivac(*common, *model, "--lowest", 3, "--sample", 2, "-o", tmp_path / "out", "--format", "poscar", "--json")
    assert run.code == 0
    rows = run.json["configurations"]
    energies = [row["relaxed_energy_eV"] for row in rows]
    assert energies == sorted(energies)
    assert {"source", "spec", "plan", "total", "count"} <= run.json.keys()
    assert run.json["certificate"] == f"electrostatic 3, relaxed {len(rows)}"
    assert run.json["calculator"]["name"] == model[1]
    files = sorted((tmp_path / "out").glob("*.vasp"))
    assert len(files) == len(rows)
    for path, row in zip(files, rows, strict=True):
        assert f"relaxed_energy_eV={row['relaxed_energy_eV']:.3f}" in path.read_text().replace(": ", "=")
    assert nitrivac(*common, *model, "--lowest", 3, "-o", tmp_path / "out", "--format", "poscar").code == 2
    assert "Rank correlation" in nitrivac(*common, *model, "--lowest", 4, "--sample", 1).out
    for wrong in (("--enumerate",), ("--quasirandom", 2), ("--workers", 2), ("--count",)):
        refused = nitrivac(*common, *model, *wrong)
        assert refused.code == 2
        assert "--calculator ranks" in refused.err
