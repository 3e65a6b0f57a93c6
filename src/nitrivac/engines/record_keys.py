"""Under which names a journal keeps the outcomes of a task."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from nitrivac.engines.journal import KEY_DIGITS, fingerprint

if TYPE_CHECKING:
    from nitrivac.engines.journal import Journal
    from nitrivac.engines.tasks import Failure, Limits

__all__ = ["RecordKeys"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordKeys:
    """The names of a task's records: what it is, what these limits made of it, what happened in this run only."""

    limits: str
    nonce: str

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """Those of a new run within some limits."""
        return cls(limits=fingerprint([repr(limits)]), nonce=os.urandom(8).hex())

    def under(self, key: str, failure: Failure | None) -> str:
        """Where an outcome belongs."""
        if failure is None:
            return key
        return fingerprint([key, self.limits if failure.by_engine else self.nonce])[:KEY_DIGITS]

    def find(self, journal: Journal, key: str) -> int | None:
        """Where the best record of a task is."""
        for name in (key, *(fingerprint([key, also])[:KEY_DIGITS] for also in (self.limits, self.nonce))):
            place = journal.find(name)
            if place is not None:
                return place
        return None
