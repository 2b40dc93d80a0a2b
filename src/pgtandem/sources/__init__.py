"""Anything that can be read as a catalog."""
