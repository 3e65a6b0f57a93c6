"""The libraries that draw: optional, and named when they are missing."""

from __future__ import annotations

from importlib import import_module

from nitrivac.errors import MissingExtraError

__all__ = ["require"]

INSTALL = 'pip install "nitrivac[report]"'


def require(what: str, *libraries: str) -> None:
    """Make sure that optional libraries can be imported.

    Args:
        what: what needs them, for the message.
        libraries: their import names.

    Raises:
        MissingExtraError: one is not installed.
    """
    for library in libraries:
        try:
            import_module(library)
        except ImportError as error:
            raise MissingExtraError(f"{what} needs {library}, which is not installed: {INSTALL}") from error
