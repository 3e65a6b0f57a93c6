"""Hermann-Mauguin symbols as people write them, and the tabulated settings they may mean.

Blanks, underscores, subscripts, brackets, capitals, overbars and full symbols (`P 63/m 2/m 2/c`) are ways to write one
symbol. International Tables changed some: `C m c e` was `C m c a`, `F d -3 m` was `F d 3 m` (before 1992), and hexagonal
lattices were C-centred and screw axes left out (`C 6/m m c`, before 1952).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import gemmi

__all__ = ["setting_code_matches", "settings_of_number", "settings_of_symbol", "split_choice"]

_MARKUP = re.compile(r"</?su[bp]>|[~$_{}\s]|\\(?:mathrm|rm)", re.IGNORECASE)
_OVERBAR = re.compile(r"\\(?:bar|overline)\s*\{?\s*(\d)\}?|(\d)[\u0304\u0305]")
_CHOICE = re.compile(
    r"""(?: \s*:\s*(?P<code>[\w-]+)
          | \s*\(?\s*(?:origin(?:\s*choice)?|cell\s*choice|choice)\s*[:=]?\s*(?P<choice>[123])\s*\)?
          | (?:\s+|(?<=[a-z])|(?<=-3))\((?P<bracket>[12SZHR])\)
          | \s+\(?O(?P<letter>[12])\)?
          | \s+\(?(?P<database>[SZ])\)?
          | (?<=[\d)\s\]a-z])\s*\(?(?P<axes>hexagonal(?:\s*axes)?|rhombohedral(?:\s*axes)?|hex|rho?m?b?)\)?
        )\s*$""",
    re.IGNORECASE | re.VERBOSE,
)
_NUMBERED = re.compile(r"\s*[(\[]?\s*(?:no\.?|#|nr\.?)\s*\d+\s*[)\]]?|\s*\(\d{2,3}\)", re.IGNORECASE)
_CODES = {"s": "1", "z": "2"}
_E_GLIDES = (39, 41, 64, 67, 68)
_PLANE_ACROSS = {"A": 1, "B": 2, "C": 3}  # the token of the plane across the centred axis, which has the e glide


def split_choice(symbol: str) -> tuple[str, str]:
    """A symbol without its origin choice, axes or cell choice, and that choice: `1`, `2`, `H`, `R`, or another code."""
    text = _NUMBERED.sub("", unicodedata.normalize("NFKC", symbol)).strip()
    match = _CHOICE.search(text)
    if match is not None and match.start() > 0:
        code = next(value for value in match.groupdict().values() if value)
        name = text[: match.start()].strip()
        if match["axes"]:
            code = code[0]
        return name, _CODES.get(code.casefold(), code)
    axes = re.fullmatch(r"(R[\s_(]*-?[\s_]*3.*?)[\s_(]*([HR])\)?", text, re.IGNORECASE)
    if axes is not None:
        return axes[1].strip(), axes[2]
    if re.fullmatch(r"H\s*3(\s*2)?", text, re.IGNORECASE):  # macromolecular spelling of hexagonal axes
        return "R" + text[1:], "H"
    return text, ""


def _compact(name: str) -> str:
    """One spelling for all ways to set a symbol in type."""
    text = unicodedata.normalize("NFKC", name).replace("\u2212", "-").replace("\u2013", "-")
    text = _OVERBAR.sub(lambda match: "-" + (match[1] or match[2]), text)
    text = _MARKUP.sub("", text)
    text = re.sub(r"(?<=[2346])\(([1-5])\)", r"\1", text)
    return text.casefold()


def _short(compact: str) -> str:
    """The short symbol of a full one; a short one is itself."""
    if (cubic := re.fullmatch(r"([a-z])(?:4[1-3]?|21?)/([a-z])-?3(?:21?/)?([a-z]?)", compact)) is not None:
        return f"{cubic[1]}{cubic[2]}-3{cubic[3]}"
    compact = re.sub(r"(-3)(1?)21?/([a-z])", r"\1\2\3", compact)
    return re.sub(r"(?<![46])21?/(?=[a-z])", "", compact) if compact.count("/") > 1 else compact


@lru_cache(maxsize=1)
def _settings() -> dict[str, list[gemmi.SpaceGroup]]:
    """Every tabulated setting under its compact spellings, the reference setting of a group first."""
    table: dict[str, list[gemmi.SpaceGroup]] = {}
    for group in sorted(gemmi.spacegroup_table(), key=lambda group: not group.is_reference_setting()):
        for spelling in _spellings(group):
            table.setdefault(spelling, []).append(group)
    return table


def _spellings(group: gemmi.SpaceGroup) -> set[str]:
    tokens = group.hm.split()
    spellings = {_compact(group.hm)}
    if 2 < group.number < 16:
        spellings.add(_compact("".join(token for token in tokens if token != "1")))
    if group.number in _E_GLIDES:
        across = _PLANE_ACROSS[tokens[0]]
        spellings.add(_compact("".join("e" if place == across else token for place, token in enumerate(tokens))))
    if group.number >= 200 and "-3" in tokens:
        spellings.add(_compact(group.hm.replace("-3", "3")))
    if tokens[0] == "R" and len(tokens) == 3:
        spellings.add(_compact(group.hm + "1"))
    return spellings


@lru_cache(maxsize=1)
def _old_settings() -> dict[str, list[gemmi.SpaceGroup]]:
    """Settings under symbols without screw components and of hexagonal lattices called C, where these name one group."""
    table: dict[str, list[gemmi.SpaceGroup]] = {}
    for spelling, groups in _settings().items():
        for old in {re.sub(r"(?<=[2346])[1-5](?=/|[a-z]|$)", "", spelling), spelling}:
            names = {old, f"c{old[1:]}"} if re.match(r"p-?[36]", old) else {old}
            for name in names - _settings().keys():
                table.setdefault(name, []).extend(groups)
    return {name: groups for name, groups in table.items() if len({group.number for group in groups}) == 1}


def settings_of_symbol(symbol: str) -> list[gemmi.SpaceGroup]:
    """The tabulated settings that a symbol may mean, the reference setting first; none where it is no known symbol.

    Args:
        symbol: in any spelling, with or without origin choice, axes or unique axis.
    """
    name, choice = split_choice(symbol)
    compact = _compact(name)
    for table in (_settings(), _old_settings()):
        for spelling in dict.fromkeys((compact, _short(compact))):
            if groups := table.get(spelling):
                return [group for group in groups if not choice or setting_code_matches(group, choice)]
    return []


def settings_of_number(number: int) -> list[gemmi.SpaceGroup]:
    """The settings that a number alone may mean: those with the symbol of the reference setting."""
    reference = gemmi.get_spacegroup_reference_setting(number)
    return [group for group in gemmi.spacegroup_table() if group.number == number and group.hm == reference.hm]


def setting_code_matches(group: gemmi.SpaceGroup, code: str) -> bool:
    """Whether a code of International Tables (`2`, `H`, `b1`, `-cba`, `1bca`) is that of a setting."""
    extension = "" if group.ext in ("", "\0") else group.ext
    wanted = code.casefold()
    return wanted in {extension.casefold(), group.qualifier.casefold(), (extension + group.qualifier).casefold()} - {""}
