"""Potentials that have names of their own: which library makes them, which file holds their weights, what they know."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nitrivac.errors import MissingExtraError, SpecificationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["NAMED", "Named", "quiet"]

_INSTALL = 'pip install "nitrivac[energetics]"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How a named potential is made.

    Attributes:
        library: distribution that makes it.
        weights: the file of its weights.
        make: gives a calculator.
        elements: symbols that the calculator knows, None where its library does not say.
    """

    library: str
    weights: Path
    make: Callable[[], Any]
    elements: Callable[[Any], Iterable[str]] | None = None


def quiet() -> contextlib.ExitStack:
    """Keeps from the terminal what the libraries print and warn of while they load."""
    stack = contextlib.ExitStack()
    stack.enter_context(warnings.catch_warnings())
    warnings.simplefilter("ignore")
    stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
    return stack


def _sevennet(model: str) -> Named:
    calculator = _imported("sevenn.calculator", "sevenn").SevenNetCalculator
    weights = _packaged_sevennet(model or "0") if not Path(model).is_file() else Path(model)
    return Named(
        library="sevenn",
        weights=weights,
        make=lambda: calculator(model=str(weights), device="cpu"),
        elements=lambda made: _symbols(made.type_map),
    )


def _packaged_sevennet(model: str) -> Path:
    """The weights of a model inside the package; those that the package would download are refused."""
    folder = Path(str(import_module("sevenn").__file__)).parent / "pretrained_potentials"
    found = {path.parent.name.removeprefix("SevenNet_"): path for path in sorted(folder.glob("*/*.pth"))}
    wanted = model.casefold().removeprefix("7net-").removeprefix("sevennet-").replace("-", "_")
    # Of several with one name the newest is taken: the package writes the date behind two underscores.
    same = [path for name, path in found.items() if wanted in (name.casefold(), name.casefold().partition("__")[0])]
    if not same:
        raise SpecificationError(
            f"sevennet:{model}: a file, or one of {', '.join(found)}, which are in the package; nothing is downloaded"
        )
    return max(same, key=lambda path: _date(path.parent.name))


def _date(name: str) -> tuple[int, int, int]:
    """Year, month and day of `SevenNet_0__11Jul2024`, zeros where there is none."""
    months = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
    text = name.partition("__")[2].casefold()
    if len(text) != len("11jul2024") or text[2:5] not in months:
        return (0, 0, 0)
    return int(text[5:]), months.index(text[2:5]), int(text[:2])


def _chgnet(model: str) -> Named:
    module, network = _imported("chgnet.model.dynamics", "chgnet"), _imported("chgnet.model.model", "chgnet").CHGNet
    version = model or "0.3.0"
    folder = Path(str(import_module("chgnet").__file__)).parent / "pretrained"
    found = sorted((folder / version).glob("*.pth.tar"))
    if len(found) != 1:
        known = ", ".join(sorted(path.name for path in folder.iterdir() if path.is_dir()))
        raise SpecificationError(f"chgnet:{model}: {known} are in the package")
    return Named(
        library="chgnet",
        weights=found[0],
        make=lambda: module.CHGNetCalculator(
            model=network.load(model_name=version, use_device="cpu", verbose=False), use_device="cpu"
        ),
    )


def _mace(model: str) -> Named:
    path = _existing("mace", model)
    calculator = _imported("mace.calculators", "mace-torch").MACECalculator
    return Named(
        library="mace-torch",
        weights=path,
        make=lambda: calculator(model_paths=str(path), device="cpu", default_dtype="float64"),
        elements=lambda made: _symbols(made.z_table.zs),
    )


def _nep(model: str) -> Named:
    path = _existing("nep", model)
    try:
        library, calculator = "nep-adapters", _imported("nep_adapters.ase", "nep-adapters").NepAseCalculator
    except MissingExtraError:
        library, calculator = "calorine", _imported("calorine.calculators", "nep-adapters or calorine").CPUNEP
    with path.open(encoding="utf-8", errors="replace") as stream:
        head = stream.readline().split()
    if len(head) < 3 or not head[0].startswith("nep"):
        raise SpecificationError(f"nep:{model}: is no file of a neuroevolution potential: its first line is not `nep4 1 Li`")
    return Named(library=library, weights=path, make=lambda: calculator(str(path)), elements=lambda _made: head[2:])


NAMED: dict[str, Callable[[str], Named]] = {"sevennet": _sevennet, "chgnet": _chgnet, "mace": _mace, "nep": _nep}
"""By name: what is made of the text behind the colon."""


def _symbols(numbers: Iterable[Any]) -> list[str]:
    from ase.data import chemical_symbols

    return [chemical_symbols[int(number)] for number in numbers]


def _imported(module: str, distribution: str) -> Any:
    try:
        with quiet():
            return import_module(module)
    except ImportError as error:
        raise MissingExtraError(f"this potential needs {distribution}, which is not installed: {_INSTALL}") from error


def _existing(name: str, model: str) -> Path:
    if not model or not Path(model).is_file():
        raise SpecificationError(f"{name}:{model}: a file of weights is needed, {name}:FILE")
    return Path(model)
