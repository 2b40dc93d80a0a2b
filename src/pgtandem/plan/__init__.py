"""Plans the way from one schema to another: which statements, in which order and in which transactions."""

from __future__ import annotations

from pgtandem.plan.goal import goal, missed
from pgtandem.plan.making import plan
from pgtandem.plan.plan import Plan, Segment

__all__ = ["Plan", "Segment", "goal", "missed", "plan"]
