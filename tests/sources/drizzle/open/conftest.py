"""The runner over public projects, as a module for its test."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_spec = importlib.util.spec_from_file_location("corpus", Path(__file__).parent / "corpus.py")
assert _spec is not None
assert _spec.loader is not None
sys.modules["corpus"] = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sys.modules["corpus"])
