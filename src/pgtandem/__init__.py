"""pgtandem keeps one PostgreSQL schema in step wherever it is written down."""

__version__ = "0.1.0"
