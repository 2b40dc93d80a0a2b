"""The schemas of drizzle-kit's own tests, as a module for the test."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_spec = importlib.util.spec_from_file_location("suite", Path(__file__).parent / "suite.py")
assert _spec is not None
assert _spec.loader is not None
sys.modules["suite"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["suite"])
