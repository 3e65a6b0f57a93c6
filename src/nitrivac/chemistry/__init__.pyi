from .bond_valence import bond_valence_parameters
from .oxidation import OxidationStates, find_oxidation_states

__all__ = [
    "OxidationStates",
    "bond_valence_parameters",
    "find_oxidation_states",
]
