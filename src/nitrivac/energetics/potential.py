"""Interatomic potentials by name: any that offers ASE's calculator interface; nothing is downloaded."""

from __future__ import annotations

import hashlib
import warnings
from dataclasses import asdict, dataclass, field
from importlib import import_module
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nitrivac.errors import MissingExtraError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CalculatorName", "Potential", "load_potential"]

_INSTALL = 'pip install "nitrivac[energetics]"'


@dataclass(frozen=True, slots=True, kw_only=True)
class CalculatorName:
    """Which potential a result rests on.

    Attributes:
        name: as it was asked for, such as `sevennet` or `my_module:factory`.
        version: distribution that has it, with its version; of a module that is in none, the module.
        licence: of that distribution as it states it, None where it does not.
        weights_sha256: of the file of weights, None where they are no file of their own.
    """

    name: str
    version: str
    licence: str | None = None
    weights_sha256: str | None = None

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
    """

    calculator: CalculatorName
    factory: Callable[[], Any] = field(repr=False, compare=False)

    def make(self) -> Any:
        """A calculator; what its libraries warn of while they load is theirs, and not shown."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return self.factory()


def load_potential(text: str) -> Potential:
    """The potential of a name.

    Args:
        text: `sevennet` or `chgnet`, whose weights are in their packages; `mace:FILE` or `nep:FILE`; or `module:factory`,
            a function or class without arguments that gives an object with ASE's calculator interface.

    Raises:
        SpecificationError: no such name, module, factory or file.
        MissingExtraError: the library is not installed.

    >>> from nitrivac.energetics import load_potential
    >>> load_potential("ase.calculators.emt:EMT").calculator.name
    'ase.calculators.emt:EMT'
    """
    name, _, model = text.partition(":")
    if name in _NAMED:
        factory, library = _NAMED[name](model)
    elif model:
        factory, library = _by_module(name, model), name.partition(".")[0]
    else:
        raise SpecificationError(
            f"no potential {text!r}; there are {', '.join(_NAMED)} (mace and nep with :FILE), and any module:factory"
        )
    program, licence = _distribution(library)
    digest = _file_digest(Path(model)) if name in _WITH_FILE else None
    described = CalculatorName(name=text, version=program, licence=licence, weights_sha256=digest)
    return Potential(calculator=described, factory=factory)


def _sevennet(model: str) -> tuple[Callable[[], Any], str]:
    calculator = _imported("sevenn.calculator", "sevenn").SevenNetCalculator
    return lambda: calculator(model=model or "7net-0", device="cpu"), "sevenn"


def _chgnet(model: str) -> tuple[Callable[[], Any], str]:
    _refuse_model("chgnet", model)
    calculator = _imported("chgnet.model.dynamics", "chgnet").CHGNetCalculator
    return lambda: calculator(use_device="cpu"), "chgnet"


def _mace(model: str) -> tuple[Callable[[], Any], str]:
    path = _existing("mace", model)
    calculator = _imported("mace.calculators", "mace-torch").MACECalculator
    return lambda: calculator(model_paths=path, device="cpu", default_dtype="float64"), "mace-torch"


def _nep(model: str) -> tuple[Callable[[], Any], str]:
    path = _existing("nep", model)
    calculator = _imported("calorine.calculators", "calorine").CPUNEP
    return lambda: calculator(path), "calorine"


_NAMED: dict[str, Callable[[str], tuple[Callable[[], Any], str]]] = {
    "sevennet": _sevennet,
    "chgnet": _chgnet,
    "mace": _mace,
    "nep": _nep,
}
_WITH_FILE = ("mace", "nep")


def _by_module(module: str, factory: str) -> Callable[[], Any]:
    try:
        found = getattr(import_module(module), factory)
    except ImportError as error:
        raise SpecificationError(f"{module}:{factory}: the module cannot be imported: {error}") from error
    except AttributeError as error:
        raise SpecificationError(f"{module}:{factory}: the module has no {factory!r}") from error
    if not callable(found):
        raise SpecificationError(f"{module}:{factory}: is no function or class")
    factory_found: Callable[[], Any] = found
    return factory_found


def _imported(module: str, distribution: str) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return import_module(module)
    except ImportError as error:
        raise MissingExtraError(f"this potential needs {distribution}, which is not installed: {_INSTALL}") from error


def _existing(name: str, model: str) -> str:
    if not model or not Path(model).is_file():
        raise SpecificationError(f"{name}:{model}: a file of weights is needed, {name}:FILE")
    return model


def _refuse_model(name: str, model: str) -> None:
    if model:
        raise SpecificationError(f"{name}:{model}: {name} takes no model; its weights are in its package")


def _distribution(library: str) -> tuple[str, str | None]:
    try:
        described = metadata(library)
        return f"{library} {version(library)}", described.get("License-Expression") or described.get("License")
    except PackageNotFoundError:
        return library, None


def _file_digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
