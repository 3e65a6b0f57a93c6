from .relation import Mismatch
from .symmetry_check import Verification, verify

__all__ = [
    "Mismatch",
    "Verification",
    "verify",
]
