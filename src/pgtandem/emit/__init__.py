"""Turns a catalog into the files that people commit."""
