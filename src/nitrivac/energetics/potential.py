"""Interatomic potentials by name: any that offers ASE's calculator interface; nothing is downloaded."""

from __future__ import annotations

import hashlib
import sys
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nitrivac.energetics.named_potentials import NAMED, quiet
from nitrivac.errors import SpecificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["CalculatorName", "Potential", "load_potential"]

_LICENCE_LINE = 60  # characters; a distribution may state its whole licence, of which the title is enough


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatorName:
    """Which potential a result rests on.

    Attributes:
        name: as it was asked for, such as `sevennet` or `my_module:factory`.
        version: distribution that has it, with its version; of a module that is in none, the module.
        licence: of that distribution as it states it, None where it does not.
        weights_sha256: of the file of weights, None where they are no file that is known.
        weights: name of that file.
    """

    name: str
    version: str
    licence: str | None = None
    weights_sha256: str | None = None
    weights: str | None = None

    def plain(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        digest = "" if self.weights_sha256 is None else f", weights {self.weights_sha256[:12]}"
        return f"{self.name} ({self.version}{digest})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Potential:
    """A potential that makes calculators.

    Attributes:
        calculator: which it is.
        factory: makes an object with ASE's calculator interface.
        elements: symbols of the elements that such a calculator knows, None where it does not say.
    """

    calculator: CalculatorName
    factory: Callable[[], Any] = field(repr=False, compare=False)
    elements: Callable[[Any], Iterable[str]] | None = field(default=None, repr=False, compare=False)

    def make(self) -> Any:
        """A calculator; what its libraries print and warn of while they load is theirs, and not shown."""
        with quiet():
            return self.factory()


def load_potential(text: str) -> Potential:
    """The potential of a name.

    Args:
        text: `sevennet` or `chgnet`, whose weights are in their packages (`sevennet:l3i5`, `chgnet:r2scan` for others that
            are); `sevennet:FILE`, `mace:FILE` or `nep:FILE`; or `module:factory`, a function or class without arguments
            that gives an object with ASE's calculator interface.

    Raises:
        SpecificationError: no such name, module, factory or file.
        MissingExtraError: the library is not installed.

    >>> from nitrivac.energetics import load_potential
    >>> load_potential("ase.calculators.emt:EMT").calculator.name
    'ase.calculators.emt:EMT'
    """
    name, _, model = text.partition(":")
    if name in NAMED:
        named = NAMED[name](model)
        program, licence = _distribution(named.library)
        described = CalculatorName(
            name=text,
            version=program,
            licence=licence,
            weights_sha256=_file_digest(named.weights),
            weights=named.weights.name,
        )
        return Potential(calculator=described, factory=named.make, elements=named.elements)
    if not model:
        raise SpecificationError(
            f"no potential {text!r}; there are {', '.join(NAMED)} (mace and nep with :FILE), and any module:factory"
        )
    factory = _by_module(name, model)
    program, licence = _distribution(name.partition(".")[0])
    return Potential(calculator=CalculatorName(name=text, version=program, licence=licence), factory=factory)


def _by_module(module: str, factory: str) -> Callable[[], Any]:
    """The factory of a module, one in the working folder too."""
    try:
        with _importable(Path.cwd()):
            found = getattr(import_module(module), factory)
    except ImportError as error:
        raise SpecificationError(f"{module}:{factory}: the module cannot be imported: {error}") from error
    except AttributeError as error:
        raise SpecificationError(f"{module}:{factory}: the module has no {factory!r}") from error
    if not callable(found):
        raise SpecificationError(f"{module}:{factory}: is no function or class")
    factory_found: Callable[[], Any] = found
    return factory_found


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """Modules of a folder can be imported, those installed first."""
    sys.path.append(str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))


def _distribution(library: str) -> tuple[str, str | None]:
    """Name with version, and the title of the licence that it states."""
    try:
        described = metadata(library)
    except PackageNotFoundError:
        return library, None
    stated = described.get("License-Expression") or described.get("License") or ""
    lines = [line.strip() for line in stated.splitlines() if line.strip()]
    classes = [one.rpartition(" :: ")[2] for one in described.get_all("Classifier") or [] if one.startswith("License ::")]
    # A distribution that states its whole licence is known better by its classifier.
    title = lines[0] if len(lines) == 1 else next(iter(classes), lines[0] if lines else None)
    return f"{library} {version(library)}", None if title is None else title[:_LICENCE_LINE]


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
