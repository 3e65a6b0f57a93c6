from . import figures

__all__ = ["figures"]
