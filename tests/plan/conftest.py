"""pg_dump as an outside observer, as a module that the tests here can import."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

# In pytest's importlib mode the modules of other folders cannot be imported by name.
if "observer" not in sys.modules:
    _path = Path(__file__).parents[1] / "observers" / "observer.py"
    _spec = importlib.util.spec_from_file_location("observer", _path)
    assert _spec is not None
    assert _spec.loader is not None
    sys.modules["observer"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["observer"])
