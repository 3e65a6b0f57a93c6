"""Files as public databases have them: what is read, what is refused, and what is said about the rest."""

from __future__ import annotations

import re
from pathlib import Path

import gemmi
import numpy as np
import pytest

from nitrivac.crystal.build import expand_point
from nitrivac.errors import ReadError
from nitrivac.io.read import read_crystal
from nitrivac.symmetry.space_group import parse_space_group
from tests.robustness.harness import assert_plain, run

FILES = Path(__file__).parent.parent / "data" / "files"
STRUCTURES = Path(__file__).parent.parent.parent / "structures"
READABLE = sorted({*FILES.glob("*.cif"), *STRUCTURES.glob("*.cif")} - {FILES / "two_blocks.cif"})


def text_of(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def write(folder: Path, text: str, name: str = "it.cif") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_contents_are_those_that_gemmi_expands(path):
    """gemmi reads and expands the file by itself; so many atoms of each element must be in the cell."""
    expected: dict[str, float] = {}
    block = next(block for block in gemmi.cif.read(str(path)) if block.find_values("_atom_site_fract_x"))
    small = gemmi.make_small_structure_from_block(block)
    positions: list[tuple[str, np.ndarray]] = []
    for site in small.get_all_unit_cell_sites():
        element = site.type_symbol.rstrip("+-0123456789.") if site.type_symbol else site.element.name
        if np.isnan([site.fract.x, site.fract.y, site.fract.z]).any():
            continue
        expected[element] = expected.get(element, 0.0) + site.occ
        positions.append((element, np.array([site.fract.x, site.fract.y, site.fract.z])))
    crystal = read_crystal(path)
    assert crystal.contents == pytest.approx(expected, rel=5e-3)
    assert len(positions) >= crystal.n_sites


@pytest.mark.parametrize(
    ("name", "setting", "sites", "contents"),
    [
        ("icsd_like.cif", "Ia-3", 96, {"Al": 16, "Li": 48, "N": 32}),
        ("cod_like.cif", "I-4", 32, {"Li": 8, "N": 8, "D": 16}),
        ("mp_like.cif", "P6/mmm", 4, {"Li": 3, "N": 1}),
        ("vesta_like.cif", "Fm-3m", 12, {"N": 1.6, "Cl": 2.4, "Li": 7.2}),
        ("disorder_like.cif", "R-3:H", 42, {"Li": 3, "P": 3, "F": 18}),
        ("hydrogen_like.cif", "P4/nmm:1", 4, {"Li": 2, "O": 2}),
        ("no_symmetry.cif", "Fm-3m", 12, {"O": 4, "Li": 8}),
        ("POSCAR", "P6/mmm", 4, {"Li": 3, "N": 1}),
        ("snapshot.extxyz", "P6/mmm", 4, {"Li": 3, "N": 1}),
    ],
)
def test_files_in_the_manner_of_databases_are_read(name, setting, sites, contents):
    crystal = read_crystal(FILES / name)
    assert (crystal.space_group.setting, crystal.n_sites) == (setting, sites)
    assert crystal.contents == pytest.approx(contents)


def test_uncertainties_and_oxidation_states_are_read():
    crystal = read_crystal(FILES / "icsd_like.cif")
    assert crystal.lattice[0, 0] == pytest.approx(9.461)
    assert {one.element: one.oxidation for orbit in crystal.orbits for one in orbit.occupants} == {"Al": 3, "Li": 1, "N": -3}
    assert crystal.charge == pytest.approx(0)


@pytest.mark.parametrize(
    ("symbol", "charge"), [("Li+", 1), ("Li1+", 1), ("Li+1", 1), ("Fe2.5+", 2.5), ("O-2", -2), ("Si0+", 0), ("Li", None)]
)
def test_charges_in_type_symbols(tmp_path, symbol, charge):
    text = text_of("no_symmetry.cif").replace("_atom_site_label\n", "_atom_site_label\n_atom_site_type_symbol\n")
    crystal = read_crystal(write(tmp_path, re.sub(r"(?m)^([A-Z][a-z]?\d) ", rf"\1 {symbol} ", text)))
    assert crystal.orbits[0].occupants[0].oxidation == charge


def test_deuterium_stays_deuterium_and_answers_for_hydrogen_in_the_formula(tmp_path):
    text = text_of("cod_like.cif").replace("'D2 Li N'", "'H2 Li N'")
    crystal = read_crystal(write(tmp_path, text))
    assert crystal.contents["D"] == 16
    assert crystal.provenance.remarks == ()


def test_hydrogen_without_coordinates_is_left_out_and_said():
    crystal = read_crystal(FILES / "hydrogen_like.cif")
    assert any("H1 without coordinates" in remark for remark in crystal.provenance.remarks)
    outcome = run("verify", FILES / "hydrogen_like.cif")
    assert outcome.code == 0
    assert "H1 without coordinates" in outcome.err


def test_any_other_atom_without_coordinates_is_refused(tmp_path):
    path = write(tmp_path, text_of("hydrogen_like.cif").replace("O1 O2- 2 c 0 0.5 0.1951", "O1 O2- 2 c ? ? ?"))
    with pytest.raises(ReadError, match=r"atom O1: _atom_site_fract_x is \?"):
        read_crystal(path)


def test_hydrogen_attached_to_other_atoms_is_said(tmp_path):
    path = write(
        tmp_path, text_of("icsd_like.cif").replace("N1 N3- 8 b 0.25 0.25 0.25 . 1. 0", "N1 N3- 8 b 0.25 0.25 0.25 . 1. 2")
    )
    assert any("2 on N1" in remark for remark in read_crystal(path).provenance.remarks)


def test_disorder_groups_are_split_sites_and_said():
    crystal = read_crystal(FILES / "disorder_like.cif")
    assert [crystal.find(label).total_occupancy for label in ("F1A", "F1B")] == [0.75, 0.25]
    assert any("F1A (1), F1B (2)" in remark for remark in crystal.provenance.remarks)


def test_disorder_groups_of_full_occupancy_are_two_atoms_on_one_spot(tmp_path):
    path = write(tmp_path, text_of("disorder_like.cif").replace(" 0.75 A", " 1 A").replace(" 0.25 A", " 1 A"))
    outcome = run("verify", path)
    assert outcome.code == 2
    assert_plain(outcome, str(path))
    assert "formula" in outcome.err or "one spot" in outcome.err


def test_dummies_are_left_out_and_said(tmp_path):
    text = text_of("cod_like.cif").replace("N1 N 0.2284(13)", "X1 N 0.1 0.1 0.1 0.1 Uiso 1 dum . . .\nN1 N 0.2284(13)")
    crystal = read_crystal(write(tmp_path, text))
    assert crystal.contents["N"] == 8
    assert any("X1: dummy" in remark for remark in crystal.provenance.remarks)


def test_of_two_blocks_one_is_chosen_by_name():
    outcome = run("verify", FILES / "two_blocks.cif")
    assert outcome.code == 2
    assert "data_LT, data_HT" in outcome.err
    assert read_crystal(f"{FILES / 'two_blocks.cif'}#LT").space_group.symbol == "P6_3/mmc"
    assert read_crystal(f"{FILES / 'two_blocks.cif'}#data_HT").space_group.symbol == "P6/mmm"
    with pytest.raises(ReadError, match="'MT' has atoms; there are data_LT, data_HT"):
        read_crystal(f"{FILES / 'two_blocks.cif'}#MT")


def test_files_of_blocks_are_told_apart_and_none_takes_the_place_of_another(tmp_path):
    blocks = [f"{FILES / 'two_blocks.cif'}#{name}" for name in ("LT", "HT")]
    assert run("build", *blocks, "-o", tmp_path / "out").code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["two_blocks-HT.cif", "two_blocks-LT.cif"]
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (write(tmp_path / folder, text_of("mp_like.cif")) for folder in ("a", "b"))
    outcome = run("build", one, other, "-o", tmp_path / "two")
    assert outcome.code == 2
    assert "makes" in outcome.err
    assert not (tmp_path / "two").exists()


def test_a_file_may_have_the_mark_of_a_block_in_its_name(tmp_path):
    path = write(tmp_path, text_of("mp_like.cif"), "sample#2.cif")
    assert read_crystal(path).n_sites == 4


@pytest.mark.parametrize(
    ("symbol", "setting"),
    [("F d -3 m S", "Fd-3m:1"), ("F d -3 m Z", "Fd-3m:2"), ("F d -3 m O2", "Fd-3m:2"), ("F d -3 m :1", "Fd-3m:1")],
)
def test_origins_as_databases_mark_them(tmp_path, symbol, setting):
    text = text_of("vesta_like.cif").replace("'F m -3 m'", f"'{symbol}'").replace("225", "227")
    assert (
        read_crystal(write(tmp_path, text.replace("0.250000     0.250000     0.250000", "0.5 0.5 0.5"))).space_group.setting
        == setting
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda lines: lines[:-1], ["47", "Ia-3", "without"]),
        (lambda lines: [*lines[:20], "21 'x, y, z+1/4'", *lines[21:]], ["no group", "also need"]),
        (lambda lines: [*lines, "49 '2*x, y, z'"], ["does not map the lattice"]),
        (lambda lines: [*lines, "49 '-x, -y, z+1/3'"], ["with -x,-y,z+1/3"]),
    ],
)
def test_a_list_of_operations_must_be_a_whole_group(tmp_path, change, words):
    """gemmi completes and trims such lists without a word, which would build another crystal."""
    lines = text_of("icsd_like.cif").split("\n")
    first = lines.index("_symmetry_equiv_pos_as_xyz") + 1
    lines[first : first + 48] = change(lines[first : first + 48])
    with pytest.raises(ReadError) as error:
        read_crystal(write(tmp_path, "\n".join(lines)))
    for word in words:
        assert word in str(error.value)


def test_an_operation_listed_twice_does_no_harm(tmp_path):
    text = text_of("icsd_like.cif").replace("_symmetry_equiv_pos_as_xyz\n", "_symmetry_equiv_pos_as_xyz\n0 'x,y,z'\n")
    assert read_crystal(write(tmp_path, text)).n_sites == 96


def test_occupancies_in_a_loop_of_their_own_are_refused(tmp_path):
    text = text_of("mp_like.cif").replace("00000  1\n", "00000\n").replace(" _atom_site_occupancy\n", "")
    with pytest.raises(ReadError, match="both must be in one loop"):
        read_crystal(write(tmp_path, text + "loop_\n_atom_site_occupancy\n0.5\n0.5\n"))


@pytest.mark.parametrize(("formula", "remarks"), [("'Li3-x N'", 1), ("'(Li3 N)n'", 1), ("?", 0), ("'LI3 N'", 0)])
def test_formulas_that_are_no_sums_are_not_compared(tmp_path, formula, remarks):
    text = text_of("mp_like.cif").replace("'Li3 N1'", formula)
    assert len(read_crystal(write(tmp_path, text)).provenance.remarks) == remarks


def test_a_multiplicity_belongs_to_its_own_row(tmp_path):
    """Li1 and Li1_2 are different atoms; each is held against its own orbit."""
    text = text_of("icsd_like.cif").replace("N2 N3- 24", "N1_2 N3- 24")
    assert read_crystal(write(tmp_path, text)).find("N1_2").multiplicity == 24


def test_thousands_of_partly_occupied_rows_are_merged_in_little_time(tmp_path):
    """1500 rows at 300 places of Fm-3m, five species each."""
    rng = np.random.default_rng(1)
    group = parse_space_group("Fm-3m")
    lattice = np.eye(3) * 60.0
    places = [point for point in rng.random((320, 3)) if len(expand_point(group, point, lattice, tolerance=0.5)) == 192][
        :300
    ]
    rows = [
        f"X{number}_{element} {element} {' '.join(f'{value:.6f}' for value in point)} 0.02"
        for number, point in enumerate(places)
        for element in ("Li", "Na", "K", "Rb", "Cs")
    ]
    text = text_of("vesta_like.cif").replace("5.390000", "60.0")
    text = text[: text.index("loop_")] + (
        "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n"
        "_atom_site_occupancy\n"
    )
    crystal = read_crystal(write(tmp_path, text + "\n".join(rows) + "\n"))
    assert len(crystal.orbits) == len(places)
    assert crystal.find("X7").occupancy_of("Rb") == pytest.approx(0.02)
