"""`python -m pgtandem` is `pgtandem`."""

from __future__ import annotations

from pgtandem.cli import main

main()
