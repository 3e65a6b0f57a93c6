from .parts import Ambiguity, Interstitial
from .record import Occupation

__all__ = [
    "Ambiguity",
    "Interstitial",
    "Occupation",
]
