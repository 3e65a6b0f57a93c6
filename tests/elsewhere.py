"""Inputs that are kept outside the project: small cases with their right values, and structure files of others.

They lie in a folder `shared` beside the checkout, or where NITRIVAC_SHARED says. Tests that need them are skipped where
they are not.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(os.environ.get("NITRIVAC_SHARED") or Path(__file__).parents[2] / "shared")


def shared(name: str) -> Path:
    """The path of a shared file or folder, such as `cases/migration/LLZO.cif`; skips the test where it is not there."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not here; NITRIVAC_SHARED names the folder that has it")
    return path


def shared_table(name: str) -> Any:
    """The content of a shared JSON file, empty where it is not there, so that it can name the parameters of a test."""
    path = SHARED / name
    return json.loads(path.read_text("utf-8")) if path.exists() else []
