"""Ways in which structure files are damaged, drawn by hypothesis so that a failure shrinks to a small one."""

from __future__ import annotations

import gzip
import re

from hypothesis import strategies as st

NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:\(\d+\))?(?![\w.])")
WILD = (
    "nan", "NaN", "inf", "-inf", "1e300", "-1e300", "1e-300", "1e5", "99999", "-5", "0", "-0", "?", ".", "99", "0.3333",
    "1.", "1(", "1)", "0.5(", "1/3", "0x10", "1e", "--1", "1,5", "½", "1" * 400, "0.25(3)", "''", "#", "true",
)  # fmt: skip
SYMMETRY = (
    "x,y,z", "x,y", "x,y,q", "x,y,z+1/7", "x+1/3,y,z", "2*x,y,z", "x,x,x", "-x,-y,-z", "0,0,0", "y,x,-z", "x,y,z,t", "'",
    "P 1", "P -1", "P 63/m m c", "F d -3 m", "F d -3 m S", "R -3 m", "R -3 m H", "P 99", "230", "0", "-1", "C 1 2/c 1",
)  # fmt: skip
LETTERS = "äéµ°\u00a0\u200b\ufeff\u202e字🧪\t\x0b\x0c\x1a\x7f\x01;'\"#_$[]{}\\"


@st.composite
def damaged(draw: st.DrawFn, texts: list[str]) -> str:
    """One of the texts with one to three faults."""
    lines = draw(st.sampled_from(texts)).split("\n")
    for _ in range(draw(st.sampled_from([1, 1, 2, 3]))):
        if not lines:
            break
        _damage(draw, lines)
    return "\n".join(lines)


def _damage(draw: st.DrawFn, lines: list[str]) -> None:
    where = draw(st.integers(0, len(lines) - 1))
    other = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(KINDS)):
        case "cut line":
            del lines[where]
        case "cut lines":
            low, high = sorted((where, other))
            del lines[low:high]
        case "cut rest":
            del lines[where + 1 :]
            lines[where] = lines[where][: draw(st.integers(0, len(lines[where])))]
        case "double":
            lines.insert(where, lines[where])
        case "multiply":
            lines[where:where] = [lines[where]] * draw(st.sampled_from([10, 200, 1500]))
        case "swap lines":
            lines[where], lines[other] = lines[other], lines[where]
        case "swap columns":
            words = lines[where].split()
            if len(words) > 1:
                one, two = draw(st.integers(0, len(words) - 1)), draw(st.integers(0, len(words) - 1))
                words[one], words[two] = words[two], words[one]
                lines[where] = " ".join(words)
        case "swap headers":
            tags = [index for index, line in enumerate(lines) if line.strip().startswith("_atom_site_")]
            if len(tags) > 1:
                one, two = draw(st.sampled_from(tags)), draw(st.sampled_from(tags))
                lines[one], lines[two] = lines[two], lines[one]
        case "wild number":
            places = list(NUMBER.finditer(lines[where]))
            if places:
                place = draw(st.sampled_from(places))
                lines[where] = lines[where][: place.start()] + draw(st.sampled_from(WILD)) + lines[where][place.end() :]
        case "scaled number":
            places = list(NUMBER.finditer(lines[where]))
            if places:
                place = draw(st.sampled_from(places))
                value = float(place[0].partition("(")[0]) * draw(st.sampled_from([1e-6, 1e-3, 0.1, 0.5, 2, 10, 100, 1e4]))
                lines[where] = lines[where][: place.start()] + f"{value:.6g}" + lines[where][place.end() :]
        case "symmetry":
            tags = [index for index, line in enumerate(lines) if re.search(r"[xyz],|symmetry_|space_group", line)]
            if tags:
                chosen = draw(st.sampled_from(tags))
                word = draw(st.sampled_from(SYMMETRY))
                start = lines[chosen].split()[:1] if lines[chosen].startswith("_") else []
                lines[chosen] = " ".join([*start, f"'{word}'"])
        case "label":
            rows = [index for index, line in enumerate(lines) if re.match(r"\s*[A-Z][A-Za-z]?\d", line)]
            if len(rows) > 1:
                one, two = draw(st.sampled_from(rows)), draw(st.sampled_from(rows))
                first = lines[one].split()
                lines[one] = " ".join([lines[two].split()[0], *first[1:]])
        case "letter":
            place = draw(st.integers(0, len(lines[where])))
            lines[where] = lines[where][:place] + draw(st.sampled_from(LETTERS)) + lines[where][place:]
        case "occupancy":
            for index, line in enumerate(lines):
                if re.match(r"\s*[A-Z][A-Za-z]?\d", line):
                    lines[index] = re.sub(r"(?<=\s)1\.?(?=\s|$)", draw(st.sampled_from(["0.5", "0", "1.001", "1e-9"])), line)


KINDS = (
    "cut line", "cut lines", "cut rest", "double", "multiply", "swap lines", "swap columns", "swap headers", "wild number",
    "wild number", "scaled number", "scaled number", "symmetry", "label", "letter", "occupancy",
)  # fmt: skip


@st.composite
def packed(draw: st.DrawFn, texts: list[str]) -> tuple[bytes, str]:
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
