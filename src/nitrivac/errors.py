"""The errors nitrivac raises on purpose, all below `NitrivacError`.

Each is also a builtin exception, takes one finished message, and survives pickling, so that a worker process can
hand it back. The command line prints the message and exits with code 2.
"""

__all__ = [
    "AddressError",
    "BuildError",
    "CalculatorError",
    "DocumentError",
    "EnergyError",
    "EngineError",
    "MissingExtraError",
    "NitrivacError",
    "NoMinimumError",
    "OutputError",
    "PlanError",
    "ReadError",
    "RecordError",
    "SpaceGroupError",
    "SpecificationError",
    "UnknownMaterialError",
    "UnsupportedError",
]


def printable(text: str) -> str:
    """A text with all that would steer a terminal written out as Python escapes; names in files may hold anything."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)


class NitrivacError(Exception):
    """Base of every error that nitrivac raises on purpose.

    >>> from nitrivac import NitrivacError, load
    >>> try:
    ...     load("gamma-Li4N")
    ... except NitrivacError as error:
    ...     print(type(error).__name__)
    UnknownMaterialError
    """


class UnknownMaterialError(NitrivacError, ValueError):
    """No catalogue record has this identifier."""


class RecordError(NitrivacError, ValueError):
    """A record file is malformed; the message names file, key and value."""


class SpaceGroupError(NitrivacError, ValueError):
    """A space-group symbol or number is unknown or ambiguous."""


class BuildError(NitrivacError, ValueError):
    """Sites and symmetry do not make the crystal that was stated."""


class ReadError(NitrivacError, ValueError):
    """A structure file cannot be read as a crystal."""


class DocumentError(NitrivacError, ValueError):
    """A document is none of this program's, of a newer version of it, or was changed after it was written."""


class AddressError(NitrivacError, ValueError):
    """A site address is unknown or ambiguous in this crystal."""


class SpecificationError(NitrivacError, ValueError):
    """A vacancy or occupancy specification cannot be what was asked."""


class PlanError(NitrivacError, ValueError):
    """No supercell meets the demands; the message says which and by how much."""


class UnsupportedError(NitrivacError, ValueError):
    """The question has no right answer for this crystal, and the message says why."""


class EngineError(NitrivacError, RuntimeError):
    """The processes or the cluster that should do the work cannot; what is done is kept."""


class OutputError(NitrivacError, OSError):
    """A result cannot be written where it was asked."""


class MissingExtraError(NitrivacError, ImportError):
    """An optional library is not installed; the message says what to install."""


class EnergyError(NitrivacError, RuntimeError):
    """A calculator failed or gave numbers that are none, or a relaxation came to no rest."""


class CalculatorError(EnergyError):
    """A calculator failed, or gave energies or forces that are no numbers of a bound arrangement."""


class NoMinimumError(EnergyError):
    """A site, or a vacancy on it, does not stay where it was put: no minimum of energy is there."""
