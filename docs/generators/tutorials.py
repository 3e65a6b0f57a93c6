"""The notebooks as pages of the site."""

from pathlib import Path

__all__ = ["tutorial_sources"]


def tutorial_sources(notebooks: Path) -> dict[str, str]:
    """The notebooks, by the name of their page.

    Args:
        notebooks: the folder that has them.
    """
    return {f"tutorials/{path.name}": path.read_text(encoding="utf-8") for path in sorted(notebooks.glob("*.py"))}
