"""What a result says of where it comes from: its source, and the caution that goes with everything made of it."""

from __future__ import annotations

__all__ = ["origin_keys", "origin_text"]


def origin_keys(source: str, caution: str | None) -> dict[str, str]:
    """The source, and the caution where there is one, as keys of JSON and of file headers."""
    return {"source": source} if caution is None else {"source": source, "caution": caution}


def origin_text(source: str, caution: str | None) -> str:
    """The source, with the caution in brackets where there is one, as words of a title."""
    return source if caution is None else f"{source} ({caution})"
