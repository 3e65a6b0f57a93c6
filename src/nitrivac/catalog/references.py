"""Who measured: numbers of the review's list as names and years."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

import msgspec

__all__ = ["REVIEW", "Reference", "find_reference", "full_reference", "short_reference"]


class Reference(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A publication.

    Attributes:
        authors: as they are named in a text, `Hartwig et al.`.
        year: of publication.
        citation: in full.
        doi: its DOI.
        matched: by what a number of the review's list is known to be this one.
    """

    authors: str
    year: str
    citation: str
    doi: str | None = None
    matched: str | None = None

    @property
    def short(self) -> str:
        """`Hartwig et al. 1979`."""
        return f"{self.authors} {self.year}"


REVIEW = Reference(authors="Li et al.", year="2025", citation="W. Li et al., Energy Environ. Sci. 18 (2025) 4521")
"""The review that the catalogue follows."""


@lru_cache(maxsize=1)
def _references() -> dict[str, Reference]:
    text = files("nitrivac.catalog").joinpath("references.yaml").read_bytes()
    return {str(number): one for number, one in msgspec.yaml.decode(text, type=dict[int, Reference]).items()}


def find_reference(number: int | str) -> Reference | None:
    """The publication under a number of the review's list, None where only its number is known.

    >>> from nitrivac.catalog.references import find_reference
    >>> find_reference(64).short
    'Hartwig et al. 1979'
    """
    return _references().get(str(number))


def short_reference(number: int | str) -> str:
    """Who measured: `Hartwig et al. 1979`, or `ref. 26 in Li et al. 2025` where only the number is known."""
    found = find_reference(number)
    return f"ref. {number} in {REVIEW.short}" if found is None else found.short


def full_reference(number: int | str) -> str:
    """The publication in full with its number and how that was matched; the number alone where only that is known."""
    found = find_reference(number)
    if found is None:
        return f"number {number} of the list of {REVIEW.citation}"
    doi = f", doi {found.doi}" if found.doi else ""
    return f"{found.citation}{doi} (number {number} of the review: {found.matched})"
