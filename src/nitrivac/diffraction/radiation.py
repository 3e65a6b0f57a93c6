"""What a powder is looked at with: X-rays of a tube or a synchrotron, or neutrons."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Literal

from nitrivac.documents.document import Document
from nitrivac.errors import SpecificationError

__all__ = ["HC_EV_A", "PROBES", "Probe", "Radiation", "parse_radiation"]

Probe = Literal["x-ray", "neutron"]

HC_EV_A = 12398.41984
"""Planck's constant times the speed of light, eV angstrom (CODATA 2018, exact)."""

# Energies of K alpha 1 and K alpha 2 in eV. Cr, Fe, Co, Cu: G. Hoelzer et al., Phys. Rev. A 56, 4554 (1997), table III;
# Mo, Ag: R. D. Deslattes et al., Rev. Mod. Phys. 75, 35 (2003), table V.
_K_ALPHA_EV = {
    "Cr": (5414.8045, 5405.5384),
    "Fe": (6404.0062, 6391.0264),
    "Co": (6930.3780, 6915.5380),
    "Cu": (8047.8227, 8027.8416),
    "Mo": (17479.372, 17374.29),
    "Ag": (22162.917, 21990.30),
}
_ALPHA_SHARES = (2 / 3, 1 / 3)  # as the transitions' degeneracies 4 : 2
_TUBE = re.compile(r"([A-Z][a-z])[ -]?(?:K[ -]?(?:alpha|a|α)[ -]?([12])?)?", re.IGNORECASE)
_BEAM = re.compile(r"(neutrons?|x-?rays?)?[ :=]*(?:([0-9.]+(?:e[-+]?[0-9]+)?)\s*(Å|A|angstrom|keV)?)?", re.IGNORECASE)
_ACCEPTED = (
    "Cu, CuKa1 (Cr, Fe, Co, Mo, Ag alike), a wavelength such as '0.7 A', an energy '17 keV', neutron, 'neutron 1.5 A'"
)
PROBES: tuple[Probe, ...] = ("x-ray", "neutron")
_SHORTEST_A, _LONGEST_A = 0.05, 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Radiation(Document):
    """X-rays or neutrons of one wavelength, or of the two that a tube's K alpha radiation has.

    Attributes:
        name: as the command line takes it: `Cu`, `CuKa1`, `0.7 A`, `neutron`.
        probe: what is scattered.
        wavelength: angstrom; of several lines the mean by intensity, at which reflections are listed.
        lines: wavelength in angstrom and share of the intensity of each line; a profile has all of them.

    >>> from nitrivac.diffraction import parse_radiation
    >>> radiation = parse_radiation("Mo")
    >>> radiation.probe, round(radiation.wavelength, 4)
    ('x-ray', 0.7107)
    """

    name: str
    probe: Probe
    wavelength: float
    lines: tuple[tuple[float, float], ...]

    @property
    def label(self) -> str:
        """What figures and tables call it: `Cu Kα X-rays, 1.5419 Å`."""
        kind = "neutrons" if self.probe == "neutron" else "X-rays"
        tube = _TUBE.fullmatch(self.name) if self.probe == "x-ray" else None
        anode = f"{tube[1]} Kα{tube[2] or ''} " if tube else ""
        return f"{anode}{kind}, {self.wavelength:.4f} Å"

    def of_probe(self, probe: Probe) -> Radiation:
        """Radiation of this wavelength that is X-rays, or neutrons."""
        if probe == self.probe:
            return self
        usual = self.name == "Cu" or (self.name == "neutron" and probe == "x-ray")
        if usual and probe == "x-ray":
            return parse_radiation("Cu")
        name = "neutron" if usual else f"{'neutron ' if probe == 'neutron' else ''}{self.wavelength:.6g} A"
        return Radiation(name=name, probe=probe, wavelength=self.wavelength, lines=((self.wavelength, 1.0),))


def parse_radiation(text: str) -> Radiation:
    """The radiation that a text names.

    Args:
        text: an anode (`Cu`, its K alpha doublet), one of its lines (`CuKa1`), a wavelength in angstrom (`0.7 A`) or an
            energy (`17 keV`) of X-rays, or `neutron` with or without a wavelength; without one it is that of Cu, so that
            both patterns have their reflections at the same angles.

    Raises:
        SpecificationError: it is none of these.

    >>> from nitrivac.diffraction import parse_radiation
    >>> parse_radiation("0.7 A").wavelength
    0.7
    """
    words = text.strip()
    tube = _TUBE.fullmatch(words)
    if tube and tube[1].capitalize() in _K_ALPHA_EV:
        return _of_tube(tube[1].capitalize(), tube[2])
    beam = _BEAM.fullmatch(words)
    if not words or beam is None:
        raise SpecificationError(f"{text!r} is no radiation; accepted are {_ACCEPTED}")
    neutron = (beam[1] or "").lower().startswith("n")
    wavelength = _wavelength(text, beam[2], beam[3], neutron=neutron)
    name = "neutron" if neutron and beam[2] is None else f"{'neutron ' if neutron else ''}{wavelength:.6g} A"
    probe: Probe = "neutron" if neutron else "x-ray"
    return Radiation(name=name, probe=probe, wavelength=wavelength, lines=((wavelength, 1.0),))


def _of_tube(anode: str, line: str | None) -> Radiation:
    alphas = [HC_EV_A / energy for energy in _K_ALPHA_EV[anode]]
    if line is not None:
        chosen = alphas[int(line) - 1]
        return Radiation(name=f"{anode}Ka{line}", probe="x-ray", wavelength=chosen, lines=((chosen, 1.0),))
    mean = sum(share * alpha for share, alpha in zip(_ALPHA_SHARES, alphas, strict=True))
    return Radiation(name=anode, probe="x-ray", wavelength=mean, lines=tuple(zip(alphas, _ALPHA_SHARES, strict=True)))


def _wavelength(text: str, number: str | None, unit: str | None, *, neutron: bool) -> float:
    """Wavelength in angstrom of a number with its unit."""
    if number is None:
        if not neutron:
            raise SpecificationError(f"{text!r}: X-rays need a wavelength; accepted are {_ACCEPTED}")
        return _of_tube("Cu", None).wavelength
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    in_energy = unit is not None and unit.lower() == "kev"
    if in_energy and neutron:
        raise SpecificationError(f"{text!r}: the wavelength of neutrons is given in angstrom, e.g. 'neutron 1.5 A'")
    wavelength = HC_EV_A / (1000 * value) if in_energy and value > 0 else value
    if not _SHORTEST_A <= wavelength <= _LONGEST_A:
        raise SpecificationError(f"{text!r}: a wavelength from {_SHORTEST_A:g} to {_LONGEST_A:g} angstrom is needed")
    return wavelength
