"""Every format gives the same frames; torn and foreign files are told in one line."""

from __future__ import annotations

import gzip
import lzma

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nitrivac.errors import ReadError
from nitrivac.trajectories import Trajectory
from nitrivac.trajectories.reading._numbers import read_table

LATTICE = np.array([[6.0, 0.0, 0.0], [-3.0, 5.2, 0.0], [0.4, 0.3, 7.0]])
ELEMENTS = ["N", "N", "Li", "Li", "Li"]


def frac_frames(number=7):
    rng = np.random.default_rng(1)
    return rng.random((number, 5, 3))


def whole(*files, **options):
    run = Trajectory(files=files, **options)
    chunks = list(run.chunks())
    frac = np.concatenate([one.frac for one in chunks])
    return run, frac, np.concatenate([one.lattices for one in chunks])


def xyz_text(frac, lattices=None, extra=""):
    lattices = [LATTICE] * len(frac) if lattices is None else lattices
    frames = []
    for number, (frame, lattice) in enumerate(zip(frac, lattices, strict=True)):
        cell = " ".join(f"{one:.10f}" for one in lattice.ravel())
        lines = [str(len(frame)), f'Lattice="{cell}" Properties=species:S:1:pos:R:3{extra} pbc="T T T" time={number}']
        lines += [
            f"{element} " + " ".join(f"{one:.10f}" for one in place) + " 0.5 -1e-3" * bool(extra)
            for element, place in zip(ELEMENTS, frame @ lattice, strict=True)
        ]
        frames.append("\n".join(lines) + "\n")
    return "".join(frames)


def xdatcar_text(frac, lattices=None):
    changing = lattices is not None
    text = ""
    for number, frame in enumerate(frac):
        lattice = lattices[number] if changing else LATTICE
        if changing or not number:
            rows = "\n".join("  ".join(f"{one / 2:.10f}" for one in row) for row in lattice)
            text += f"a run\n 2.0\n{rows}\n N Li\n 2 3\n"
        text += f"Direct configuration= {number + 1:5d}\n"
        text += "".join("  ".join(f"{one:.10f}" for one in place) + "\n" for place in frame)
    return text


def vasprun_text(frac):
    def structure(frame):
        rows = "".join(f"<v> {' '.join(f'{one:.10f}' for one in row)} </v>" for row in LATTICE)
        places = "".join(f"<v> {' '.join(f'{one:.10f}' for one in row)} </v>" for row in frame)
        return (
            f'<structure><crystal><varray name="basis">{rows}</varray></crystal>'
            f'<varray name="positions">{places}</varray></structure>\n'
        )

    atoms = "".join(f"<rc><c>{one:2s}</c><c>1</c></rc>" for one in ELEMENTS)
    steps = "".join(f"<calculation>{structure(frame)}</calculation>\n" for frame in frac)
    return (
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n'
        f'<atominfo><array name="atoms"><set>{atoms}</set></array></atominfo>\n'
        f"{structure(frac[0])}{steps}</modeling>\n"
    )


def lammps_text(frac, columns, *, types=False, triclinic=True):
    lattice = LATTICE if triclinic else np.diag([6.0, 5.2, 7.0])
    (a, _, _), (xy, b, _), (xz, yz, c) = lattice
    low = np.array([1.0, -2.0, 0.5])
    shift = [min(0.0, xy, xz, xy + xz), min(0.0, yz), 0.0], [max(0.0, xy, xz, xy + xz), max(0.0, yz), 0.0]
    bounds = [(low[k] + shift[0][k], low[k] + (a, b, c)[k] + shift[1][k]) for k in range(3)]
    tilt = (f" {xy}", f" {xz}", f" {yz}") if triclinic else ("",) * 3
    rng = np.random.default_rng(2)
    text = ""
    for number, frame in enumerate(frac):
        title = "ITEM: BOX BOUNDS xy xz yz pp pp pp" if triclinic else "ITEM: BOX BOUNDS pp pp pp"
        box = "".join(f"{one:.12g} {other:.12g}{more}\n" for (one, other), more in zip(bounds, tilt, strict=True))
        who = "type" if types else "element"
        text += f"ITEM: TIMESTEP\n{number * 100}\nITEM: NUMBER OF ATOMS\n5\n{title}\n{box}ITEM: ATOMS id {who} {columns}\n"
        places = frame if "s" in columns else frame @ lattice + low
        for atom in rng.permutation(5):
            name = {"N": 2, "Li": 1}[ELEMENTS[atom]] if types else ELEMENTS[atom]
            text += f"{atom + 1} {name} " + " ".join(f"{one:.10f}" for one in places[atom]) + "\n"
    return text


@pytest.mark.parametrize("packed", ["", ".gz", ".xz"])
@pytest.mark.parametrize("make", [xyz_text, xdatcar_text, vasprun_text, lambda frac: lammps_text(frac, "xu yu zu")])
def test_formats_agree_packed_or_not(tmp_path, make, packed):
    frac = frac_frames()
    data = make(frac).encode()
    path = tmp_path / f"run{packed}"
    path.write_bytes({"": bytes, ".gz": gzip.compress, ".xz": lzma.compress}[packed](data))
    run, found, lattices = whole(path)
    assert run.elements == tuple(ELEMENTS)
    assert run.n_frames == 7
    assert run.remarks == []
    np.testing.assert_allclose(found, frac, atol=1e-8)
    np.testing.assert_allclose(lattices, np.broadcast_to(LATTICE, (7, 3, 3)), atol=1e-8)


@pytest.mark.parametrize("make", [xyz_text, xdatcar_text])
def test_a_changing_cell_is_followed(tmp_path, make):
    frac = frac_frames()
    cells = [LATTICE * (1 + 0.01 * number) for number in range(7)]
    (path := tmp_path / "run").write_text(make(frac, cells))
    _, found, lattices = whole(path)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    np.testing.assert_allclose(lattices, cells, atol=1e-8)


@pytest.mark.parametrize("columns", ["x y z", "xs ys zs", "xsu ysu zsu"])
@pytest.mark.parametrize("triclinic", [True, False])
def test_lammps_columns_cells_and_types(tmp_path, columns, triclinic):
    frac = frac_frames()
    (path := tmp_path / "dump").write_text(lammps_text(frac, columns, types=True, triclinic=triclinic))
    run, found, _ = whole(path, types=("Li", "N"))
    assert run.elements == tuple(ELEMENTS)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    with pytest.raises(ReadError, match="--types Li,N"):
        whole(path)


def test_ase_trajectories_and_further_columns(tmp_path):
    from ase import Atoms
    from ase.io import read, write

    frac = frac_frames()
    frames = [Atoms(ELEMENTS, scaled_positions=one, cell=LATTICE, pbc=True) for one in frac]
    write(path := tmp_path / "run.traj", frames)
    packed = tmp_path / "run.traj.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    for one in (path, packed):
        np.testing.assert_allclose(whole(one)[1], frac, atol=1e-12)
    (columns := tmp_path / "forces.xyz").write_text(xyz_text(frac, extra=":mass:R:1:charge:R:1"))
    by_ase = [one.get_scaled_positions(wrap=False) for one in read(columns, index=":")]
    np.testing.assert_allclose(whole(columns)[1], by_ase, atol=1e-12)


@given(
    st.lists(
        st.floats(-1e6, 1e6).flatmap(
            lambda one: st.sampled_from([repr(one), f"{one:.4f}", f"{one:.9e}", f"{one:+.3E}", f"{one:.0f}"])
        ),
        min_size=3,
        max_size=3,
    )
)
def test_numbers_are_read_as_python_reads_them(texts):
    line = np.frombuffer(("Xx " + "  ".join(texts) + " rest 7\n").encode(), dtype=np.uint8)
    values, names = np.empty((1, 3)), np.empty((1, 4), dtype=np.uint8)
    place = read_table(line, 0, len(line), np.array([-2, 0, 1, 2]), values, names)
    assert place == len(line)
    assert bytes(names[0]) == b"Xx\0\0"
    np.testing.assert_allclose(values[0], [float(one) for one in texts], rtol=1e-15, atol=1e-300)


@pytest.mark.parametrize("make", [xyz_text, xdatcar_text, vasprun_text, lambda frac: lammps_text(frac, "x y z")])
def test_a_torn_last_frame_is_left_out_and_said(tmp_path, make):
    frac = frac_frames()
    text = make(frac)
    last = text.rindex("0.", 0, len(text) - 40)
    (path := tmp_path / "run").write_text(text[: last + 4])
    run, found, _ = whole(path)
    assert run.n_frames == 6
    assert "its last frame is torn; the 6 before it are used" in run.remarks[0]
    np.testing.assert_allclose(found, frac[:6], atol=1e-8)


def test_a_last_number_cut_short_is_no_number(tmp_path):
    text = xyz_text(frac_frames())
    (path := tmp_path / "run.xyz").write_text(text[:-4])
    assert whole(path)[0].n_frames == 6
    path.write_text(text[:-1])
    assert whole(path)[0].n_frames == 7


def test_a_packed_file_cut_short_gives_what_it_holds(tmp_path):
    data = gzip.compress(xyz_text(frac_frames(400)).encode())
    (path := tmp_path / "run.gz").write_bytes(data[: len(data) // 2])
    run, _, _ = whole(path)
    assert 100 < run.n_frames < 300
    assert "torn" in run.remarks[0]


def test_a_damaged_frame_ends_the_run_before_it_and_is_said(tmp_path):
    frac = frac_frames()
    lines = xyz_text(frac).split("\n")
    lines[4 * 7 + 3] = "N  0.1 ******** 0.2"
    (path := tmp_path / "run.xyz").write_text("\n".join(lines))
    (after := tmp_path / "after.xyz").write_text(xyz_text(frac))
    run, found, _ = whole(path, after)
    np.testing.assert_allclose(found, frac[:4], atol=1e-8)
    (remark,) = run.remarks
    assert remark.startswith(f"{path}: frame 5, atom 2: no coordinates can be read from 'N  0.1 ******** 0.2'")
    assert remark.endswith("the frames before it (4) are used, and nothing behind it")


def test_blank_lines_between_frames_are_no_end(tmp_path):
    frac = frac_frames()
    text = xyz_text(frac)
    third = len(text) // 7 * 3
    (path := tmp_path / "run.xyz").write_text(f"{text[:third]}\n \n{text[third:]}\n\n")
    run, found, _ = whole(path)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    assert run.remarks == []


@pytest.mark.parametrize("packed", [False, True])
def test_an_ase_trajectory_cut_short_gives_what_it_holds(tmp_path, packed):
    from ase import Atoms
    from ase.io import write

    frac = frac_frames(30)
    frames = [Atoms(ELEMENTS, scaled_positions=one, cell=LATTICE, pbc=True) for one in frac]
    write(whole_file := tmp_path / "whole.traj", frames)
    data = whole_file.read_bytes()
    cut = gzip.compress(data)[: -len(data) // 20] if packed else data[: len(data) * 2 // 3]
    (path := tmp_path / "cut.traj").write_bytes(cut)
    run, found, _ = whole(path)
    assert 10 < run.n_frames < 30
    assert "torn" in run.remarks[0]
    np.testing.assert_allclose(found, frac[: run.n_frames], atol=1e-12)


def test_files_in_a_row_are_one_run_and_a_repeated_frame_counts_once(tmp_path):
    frac = frac_frames(10)
    (first := tmp_path / "1.xyz").write_text(xyz_text(frac[:6]))
    (second := tmp_path / "2.xyz").write_text(xyz_text(frac[5:]))
    (third := tmp_path / "3.xyz").write_text(xyz_text(frac[6:]))
    run, found, _ = whole(first, second)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    assert "repeats the last" in run.remarks[0]
    assert whole(first, third)[0].remarks == []
    assert whole(first, second, skip=3)[0].n_frames == 7


def test_a_file_that_begins_elsewhere_than_the_one_before_ends_is_said(tmp_path):
    rng = np.random.default_rng(5)
    frac = frac_frames(1) + np.cumsum(rng.normal(0, 0.003, (60, 5, 3)), axis=0)
    (first := tmp_path / "1.xyz").write_text(xyz_text(frac[:20]))
    (second := tmp_path / "2.xyz").write_text(xyz_text(frac[20:30]))
    (replica := tmp_path / "3.xyz").write_text(xyz_text(np.mod(frac[30:] + rng.normal(0, 0.04, (5, 3)), 1)))
    (wrapped := tmp_path / "4.xyz").write_text(xyz_text(np.mod(frac[20:30], 1)))
    assert whole(first, second)[0].remarks == []
    assert whole(first, wrapped)[0].remarks == []
    (remark,) = whole(first, replica)[0].remarks
    assert "time is missing between, or it is another run" in remark


def test_a_restart_that_ends_within_its_first_frame_is_left_out(tmp_path):
    frac = frac_frames(10)
    (first := tmp_path / "1.xyz").write_text(xyz_text(frac))
    (second := tmp_path / "2.xyz").write_text(xyz_text(frac)[:200])
    run, found, _ = whole(first, second)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    assert run.remarks == [f"{second}: it ends within its first frame"]


def test_files_of_two_formats_are_one_run(tmp_path):
    frac = frac_frames(10)
    (first := tmp_path / "XDATCAR").write_text(xdatcar_text(frac[:6]))
    (second := tmp_path / "2.xyz").write_text(xyz_text(frac[6:]))
    run, found, _ = whole(first, second)
    np.testing.assert_allclose(found, frac, atol=1e-8)
    assert run.n_frames == 10


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a letter\nto somebody\n", "extended XYZ, XDATCAR, vasprun.xml, LAMMPS text dumps"),
        ("5\nno cell here\n" + "Li 0 0 0\n" * 5, "has no cell"),
        ('2\nLattice="1 2 3" Properties=species:S:1:pos:R:3\nLi 0 0 0\nLi 0 0 1\n', "nine numbers"),
        ('1\nLattice="5 0 0 0 5 0 0 0 5" pbc="T T F"\nLi 0 0 0\n', "not periodic"),
        ('2\nLattice="5 0 0 0 5 0 0 0 5"\nLi 0 0 0\nLi 0 zero 1\n', "atom 2: no coordinates"),
        ("x\n1.0\n5 0 0\n0 5 0\n0 0 5\n 2 3\nDirect configuration= 1\n0 0 0\n", "VASP 5"),
        ("ITEM: TIMESTEP\n0\nITEM: NUMBER OF ATOMS\n1\nITEM: ATOMS id mass\n1 3\n", "needs the columns"),
    ],
)
def test_files_that_are_no_trajectory_are_refused_in_one_line(tmp_path, text, said):
    (path := tmp_path / "run").write_text(text)
    with pytest.raises(ReadError, match=said) as error:
        whole(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_other_atoms_in_a_later_frame_are_refused(tmp_path):
    text = xyz_text(frac_frames(2))
    (path := tmp_path / "run.xyz").write_text(text[: len(text) // 2] + text[len(text) // 2 :].replace("N ", "O ", 1))
    with pytest.raises(ReadError, match="holds other atoms than the first frame: O1N1Li3, not N2Li3"):
        whole(path)
    swapped = text.replace("N ", "X ", 1).replace("Li ", "N ", 1).replace("X ", "Li ", 1)
    (turned := tmp_path / "turned.xyz").write_text(text + swapped)
    with pytest.raises(ReadError, match="in another order: atom 1 is Li, not N"):
        whole(turned)
    with pytest.raises(ReadError, match="no such file"):
        whole(tmp_path / "none.xyz")
