"""Ways in which structure files are damaged, drawn by hypothesis so that a failure shrinks to a small one."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:\(\d+\))?(?![\w.])")
ATOM = re.compile(r"\s*[A-Z][A-Za-z]?\d")
WILD = (
    "nan", "NaN", "inf", "-inf", "1e300", "-1e300", "1e-300", "1e5", "99999", "-5", "0", "-0", "?", ".", "99", "0.3333",
    "1.", "1(", "1)", "0.5(", "1/3", "0x10", "1e", "--1", "1,5", "½", "²", "1" * 400, "0.25(3)", "''", "#", "true",
)  # fmt: skip
FACTORS = (1e-6, 1e-3, 0.1, 0.5, 2.0, 10.0, 100.0, 1e4)
SYMMETRY = (
    "x,y,z", "x,y", "x,y,q", "x,y,z+1/7", "x+1/3,y,z", "2*x,y,z", "x,x,x", "-x,-y,-z", "0,0,0", "y,x,-z", "x,y,z,t", "'",
    "P 1", "P -1", "P 63/m m c", "F d -3 m", "F d -3 m S", "R -3 m", "R -3 m H", "P 99", "230", "0", "-1", "C 1 2/c 1",
)  # fmt: skip
LETTERS = "äéµ°\u00a0\u200b\ufeff\u202e字🧪\t\x0b\x0c\x1a\x1b\x7f\x01;'\"#_$[]{}\\"


def cut_line(_draw: st.DrawFn, lines: list[str], where: int) -> None:
    del lines[where]


def cut_lines(draw: st.DrawFn, lines: list[str], where: int) -> None:
    del lines[where : draw(st.integers(where, len(lines)))]


def cut_rest(draw: st.DrawFn, lines: list[str], where: int) -> None:
    del lines[where + 1 :]
    lines[where] = lines[where][: draw(st.integers(0, len(lines[where])))]


def double(_draw: st.DrawFn, lines: list[str], where: int) -> None:
    lines.insert(where, lines[where])


def multiply(draw: st.DrawFn, lines: list[str], where: int) -> None:
    lines[where:where] = [lines[where]] * draw(st.sampled_from([10, 200, 1500]))


def swap_lines(draw: st.DrawFn, lines: list[str], where: int) -> None:
    other = draw(st.integers(0, len(lines) - 1))
    lines[where], lines[other] = lines[other], lines[where]


def swap_columns(draw: st.DrawFn, lines: list[str], where: int) -> None:
    words = lines[where].split()
    if len(words) > 1:
        one, two = draw(st.integers(0, len(words) - 1)), draw(st.integers(0, len(words) - 1))
        words[one], words[two] = words[two], words[one]
        lines[where] = " ".join(words)


def swap_headers(draw: st.DrawFn, lines: list[str], _where: int) -> None:
    tags = [index for index, line in enumerate(lines) if line.strip().startswith("_atom_site_")]
    if len(tags) > 1:
        one, two = draw(st.sampled_from(tags)), draw(st.sampled_from(tags))
        lines[one], lines[two] = lines[two], lines[one]


def wild_number(draw: st.DrawFn, lines: list[str], where: int) -> None:
    places = list(NUMBER.finditer(lines[where]))
    if places:
        place = draw(st.sampled_from(places))
        lines[where] = lines[where][: place.start()] + draw(st.sampled_from(WILD)) + lines[where][place.end() :]


def scaled_number(draw: st.DrawFn, lines: list[str], where: int) -> None:
    places = list(NUMBER.finditer(lines[where]))
    if places:
        place = draw(st.sampled_from(places))
        value = float(place[0].partition("(")[0]) * draw(st.sampled_from(FACTORS))
        lines[where] = lines[where][: place.start()] + f"{value:.6g}" + lines[where][place.end() :]


def wrong_symmetry(draw: st.DrawFn, lines: list[str], _where: int) -> None:
    tags = [index for index, line in enumerate(lines) if re.search(r"[xyz],|symmetry_|space_group", line)]
    if tags:
        chosen = draw(st.sampled_from(tags))
        start = lines[chosen].split()[:1] if lines[chosen].startswith("_") else []
        lines[chosen] = " ".join([*start, f"'{draw(st.sampled_from(SYMMETRY))}'"])


def same_label(draw: st.DrawFn, lines: list[str], _where: int) -> None:
    rows = [index for index, line in enumerate(lines) if ATOM.match(line)]
    if len(rows) > 1:
        one, two = draw(st.sampled_from(rows)), draw(st.sampled_from(rows))
        lines[one] = " ".join([lines[two].split()[0], *lines[one].split()[1:]])


def strange_letter(draw: st.DrawFn, lines: list[str], where: int) -> None:
    place = draw(st.integers(0, len(lines[where])))
    lines[where] = lines[where][:place] + draw(st.sampled_from(LETTERS)) + lines[where][place:]


def occupancies(draw: st.DrawFn, lines: list[str], _where: int) -> None:
    value = draw(st.sampled_from(["0.5", "0", "1.001", "1e-9"]))
    lines[:] = [re.sub(r"(?<=\s)1\.?(?=\s|$)", value, line) if ATOM.match(line) else line for line in lines]


DAMAGES = (
    cut_line, cut_lines, cut_rest, double, multiply, swap_lines, swap_columns, swap_headers, wild_number, wild_number,
    scaled_number, scaled_number, wrong_symmetry, same_label, strange_letter, occupancies,
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """One of the texts with one to three faults."""
    lines = draw(st.sampled_from(texts)).split("\n")
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        if lines:
            draw(st.sampled_from(DAMAGES))(draw, lines, draw(st.integers(0, len(lines) - 1)))
    return "\n".join(lines)


@st.composite
def packed(draw: st.DrawFn, texts: Sequence[str]) -> tuple[bytes, str]:
    """Bytes of a damaged text and what is to be added to its name: line ends, encodings, gzip, cut anywhere."""
    text = draw(damaged(texts)).replace("\n", draw(st.sampled_from(["\n"] * 6 + ["\r\n", "\r\n", "\r"])))
    encoding = draw(st.sampled_from(["utf-8"] * 9 + ["utf-8-sig", "latin-1", "utf-16"]))
    content = text.encode(encoding, "replace")
    if draw(st.integers(0, 5)):
        return content, ""
    content = gzip.compress(content, mtime=0)
    match draw(st.sampled_from(["whole", "cut", "bit"])):
        case "cut":
            content = content[: draw(st.integers(0, len(content)))]
        case "bit":
            place = draw(st.integers(0, len(content) - 1))
            content = content[:place] + bytes([content[place] ^ (1 << draw(st.integers(0, 7)))]) + content[place + 1 :]
    return content, ".gz"
