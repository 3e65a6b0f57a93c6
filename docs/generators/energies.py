"""Tables of the stored runs of vacancy energies and barriers, potentials side by side."""

import json
from pathlib import Path
from typing import Any

from nitrivac import compare, find_hops, load
from nitrivac.comparison.descriptors import BARRIERS, NUMBERS
from nitrivac.migration.diffusion.arrhenius import arrhenius
from nitrivac.migration.diffusion.stated_barriers import BarrierFile, read_barrier_files
from nitrivac.report.measured import measured_anisotropy, measured_beside

__all__ = ["RUNS", "anisotropies", "energies_page", "stored_runs"]

RUNS = Path(__file__).parents[1] / "data" / "energies"
_CATALOGUE = RUNS / "catalogue-nep89.json"
_COMPOUNDS = ("alpha-Li3N", "beta-Li3N")
_ALONG_C = "h6"  # of alpha-Li3N; without it nothing is said of its anisotropy
_POTENTIALS = {"sevennet": "SevenNet-0", "chgnet": "CHGNet", "nep": "NEP89"}


def stored_runs() -> dict[tuple[str, str], dict[str, Any]]:
    """The runs of a compound by a potential: by both their names."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RUNS.glob("*-Li3N-*.json"))]
    return {(one["source"], _potential(one["calculator"]["name"])): one for one in documents}


def _potential(name: str) -> str:
    return _POTENTIALS[name.partition(":")[0]]


def energies_page() -> dict[str, str]:
    """The tables, by the name of the page that includes them."""
    runs = stored_runs()
    parts = [_provenance(runs), _trust(runs), _vacancies(runs)]
    parts += [_barriers(source, runs) for source in _COMPOUNDS]
    parts += [_anisotropy(runs), _catalogue(), _ranks()]
    return {"data/_energies.md": "\n".join(part for part in parts if part)}


def _table(heading: str, head: list[str], rows: list[list[str]]) -> str:
    lines = [f"## {heading}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows), ""])


def _provenance(runs: dict[tuple[str, str], dict[str, Any]]) -> str:
    rows = []
    for name in _POTENTIALS.values():
        known = next((one["calculator"] for (_, potential), one in runs.items() if potential == name), None)
        if known is not None:
            rows.append([name, known["version"], known["licence"] or "-", f"`{known['weights_sha256'][:16]}`"])
    return _table("Potentials", ["potential", "by", "licence of the program", "SHA-256 of the weights begins"], rows)


def _trust(runs: dict[tuple[str, str], dict[str, Any]]) -> str:
    rows = []
    for (source, name), one in runs.items():
        seen = one["trust"]
        edges = ", ".join(f"{100 * (ratio - 1):+.1f} %" for ratio in seen["length_ratios"])
        low, high = sorted(seen["stress_GPa"])
        warnings = "; ".join(seen["warnings"]) or "-"
        rows.append([source, name, f"{seen['force_eV_A']:.2f}", f"{low:.1f} to {high:.1f}", edges, warnings])
    head = ["crystal", "potential", "largest force (eV/Å)", "stress (GPa)", "a, b, c at rest", "warnings"]
    return _table("What each is trusted with", head, rows)


def _vacancies(runs: dict[tuple[str, str], dict[str, Any]]) -> str:
    rows = []
    for (source, name), one in runs.items():
        sites = list(dict.fromkeys(row["site"] for row in one["vacancies"]))
        for site in sites:
            found = sorted((row for row in one["vacancies"] if row["site"] == site), key=lambda row: row["atoms"])
            values = ", ".join(f"{row['relative_eV']:.2f} ({row['atoms']})" for row in found)
            formation = [row["formation_eV"] for row in found if row.get("formation_eV") is not None]
            rows.append([source, site, name, values, f"{formation[-1]:.2f}" if formation else "-"])
    rows.sort(key=lambda row: (row[0], row[1]))
    head = ["crystal", "vacancy", "potential", "relative, eV (atoms)", "formation against bulk Li, eV"]
    return _table("Neutral vacancies", head, rows)


def _barriers(source: str, runs: dict[tuple[str, str], dict[str, Any]]) -> str:
    listed = json.loads((RUNS / "published.json").read_text(encoding="utf-8"))["barriers"]
    published = {one["hop"]: one for one in listed if one["source"] == source}
    hops = {hop.id: hop for hop in find_hops(load(source), max_distance=4.0).hops}
    found: dict[str, dict[str, str]] = {}
    for (compound, name), one in runs.items():
        for row in one["barriers"] if compound == source else []:
            found.setdefault(row["hop"], {})[name] = _cell(row)
    rows = []
    for name in sorted(found, key=lambda one: hops[one].distance):
        hop, known = hops[name], published.get(name, {})
        words = [f"{known['review_eV']} (review)" if "review_eV" in known else ""]
        words += [f"{known['Sarnthein_eV']} (Sarnthein)" if "Sarnthein_eV" in known else ""]
        cells = [found[name].get(potential, "-") for potential in _POTENTIALS.values()]
        rows.append([name, hop.pair, f"{hop.distance:.3f}", *cells, "; ".join(filter(None, words)) or "-"])
    head = ["hop", "between", "d (Å)", *_POTENTIALS.values(), "published"]
    return _table(f"Barriers in {source}, eV", head, rows)


def _cell(row: dict[str, Any]) -> str:
    """Forward barrier, the one back where it differs, and what is to be said in a letter."""
    if row["forward_eV"] is None:
        return "no minimum" if "no minimum" in (row["note"] or "") else "failed"
    if row["converged"] is False:
        return "not at rest"
    forward, backward = f"{row['forward_eV']:.2f}", f"{row['backward_eV']:.2f}"
    words = forward if forward == backward else f"{forward}, back {backward}"
    note = row["note"] or ""
    marks = [mark for text, mark in (("no saddle lies", "*"), ("2 hops", "†")) if text in note]
    return words + "".join(marks)


def anisotropies(temperature: float = 300.0) -> dict[str, float]:
    """Diffusivity of a vacancy across c over that along it in alpha-Li3N, by potential.

    Args:
        temperature: K.
    """
    found = {}
    network = find_hops(load("alpha-Li3N"), max_distance=4.0)
    for (source, name), one in stored_runs().items():
        if source != "alpha-Li3N":
            continue
        rows = tuple(row for row in one["barriers"] if row["forward_eV"] is not None and row["converged"])
        if not any(row["hop"] == _ALONG_C for row in rows):
            continue
        file = BarrierFile(path=RUNS, source=source, calculator=name, rows=rows)
        stated = file.on(network, flat=True)
        answer, _ = arrhenius(network, stated.heights, temperatures=[temperature], site_energies=stated.site_energies)
        tensor = answer[0].diffusion.tensor
        found[name] = float(tensor[0, 0] / tensor[2, 2])
    return found


def _anisotropy(runs: dict[tuple[str, str], dict[str, Any]]) -> str:
    measured = measured_anisotropy(measured_beside("alpha-Li3N"))
    assert measured is not None
    rows = [["measured, single crystal", f"{measured[0]:.0f} : 1"]]
    rows += [[name, f"{ratio:.0e} : 1"] for name, ratio in anisotropies().items()]
    return _table("Anisotropy of alpha-Li3N at 300 K", ["", "across c to along it"], rows) if runs else ""


def _catalogue() -> str:
    document = json.loads(_CATALOGUE.read_text(encoding="utf-8"))
    rows = [one for compound in document["compounds"] for one in compound["barriers"]]
    done = sum(row["forward_eV"] is not None for row in rows)
    rest = sum(row["forward_eV"] is not None and row["converged"] for row in rows)
    failures = [[one["reason"], str(one["number"])] for one in document["failures"]]
    cost = document["cost"]
    words = (
        f"{len(document['compounds'])} compounds, {len(rows)} hops that it takes to span them, {done} with a band, "
        f"{rest} of them at rest; "
        f"{cost['evaluations']:,} energies and forces in {cost['cpu_seconds'] / 60:.0f} minutes of one core "
        f"(`{document['command']}`).\n"
    )
    table = _table("Hops of the catalogue by NEP89", ["no band, since", "hops or compounds"], failures)
    heading, _, lines = table.partition("\n\n")
    return f"{heading}\n\n{words}\n{lines}"


def _ranks() -> str:
    """How descriptors go with the measured activation energies, over the compounds that have a barrier."""
    found = compare(barriers=read_barrier_files(_CATALOGUE)).on_same
    rows = [[(NUMBERS | BARRIERS)[one.descriptor], f"{one.spearman:+.2f}"] for one in found]
    heading = f"Rank correlation with the activation energies of {found[0].n} compounds"
    return _table(heading, ["descriptor", "Spearman's ρ"], rows)
