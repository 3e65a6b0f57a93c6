"""One word for each quantity: the glossary has what tables and JSON use, and explains it."""

from __future__ import annotations

import json
import re

import pytest

from nitrivac import analyze_polyhedra, find_hops, load, vacancy_path
from nitrivac.errors import SpecificationError
from nitrivac.glossary import TERMS, find_term, term_of_heading
from nitrivac.tables import glossary_html, html_table


def keys_of(data: object) -> set[str]:
    """All keys of a JSON document."""
    if isinstance(data, dict):
        return set(data) | {key for value in data.values() for key in keys_of(value)}
    return {key for value in data for key in keys_of(value)} if isinstance(data, list) else set()


def test_words_abbreviations_and_anchors_are_of_one_term_each():
    for names in (
        [term.word for term in TERMS],
        [term.short for term in TERMS if term.short],
        [one.anchor for one in TERMS],
    ):
        assert len(set(names)) == len(names)
    assert {"bottleneck radius", "free radius", "distance along the path", "multiplicity", "split pair", "spans"} <= {
        term.word for term in TERMS
    }
    assert all(term.definition.endswith(".") for term in TERMS)


def test_json_keys_of_the_glossary_are_printed(nitrivac):
    crystal = load("beta-Li3N")
    network = find_hops(crystal)
    documents = [network.plain(), vacancy_path(crystal, network, "h1", images=1).plain()]
    documents += [analyze_polyhedra(load("LiPN2")).plain()]
    for command in (
        ["verify", "beta-Li3N"],
        ["pattern", "beta-Li3N"],
        ["vacancies", "beta-Li3N", "Li@4f=3/16", "N@2c=1/8", "--supercell", "2x2x1"],
    ):
        documents.append(json.loads(nitrivac(*command, "--json").out))
    printed = keys_of(documents)
    for term in TERMS:
        for key in term.keys:
            assert set(re.findall(r"\w+", key)) <= printed, (term.word, key)


@pytest.mark.parametrize(
    "command",
    [
        ["hops", "beta-Li3N"],
        ["path", "alpha-Li3N", "--hop", "h1"],
        ["diffusion", "alpha-Li3N", "--barrier", "h1=0.1"],
        ["verify", "Li6NBr3"],
        ["hops", "--help"],
        ["vacancies", "--help"],
    ],
)
def test_no_other_word_is_used_on_the_terminal(nitrivac, command):
    seen = nitrivac(*command).out
    assert not re.search(r"\bgaps?\b|\bway \(|clearance|travelled|split site", seen, re.IGNORECASE)


def test_headings_explain_themselves_and_lead_to_their_words():
    table = html_table(("hop", "bottleneck", "free radius (Å)", "label"), [("h1", "0.6", "0.6", "Li1")], links=True)
    assert table.count("title=") == 3
    for anchor in re.findall(r'href="#(word-[\w-]+)"', table):
        assert f'<dt id="{anchor}">' in glossary_html()
    assert "href" not in html_table(("hop",), [("h1",)])
    assert term_of_heading("free radius (Å)") == find_term("free_radius_A") == find_term("free radius")
    assert term_of_heading("label") is None


def test_the_command_finds_a_word_a_heading_and_a_key(nitrivac):
    for name in ("bottleneck radius", "bottleneck", "bottleneck_radius_A", "Bottleneck-Radius"):
        done = nitrivac("glossary", name)
        assert done.code == 0
        assert done.out.startswith("bottleneck radius (Å)")
    everything = json.loads(nitrivac("glossary", "--json").out)
    assert [one["word"] for one in everything] == [term.word for term in TERMS]
    assert nitrivac("glossary", "gap").code == 2


def test_an_unknown_word_is_refused_with_those_there_are():
    with pytest.raises(SpecificationError, match="there are bottleneck radius, free radius"):
        find_term("gap")
