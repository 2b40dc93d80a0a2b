"""The rules, found by their module."""
