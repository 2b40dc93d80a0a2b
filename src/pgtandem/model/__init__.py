"""What all stages agree on: identity, things, catalogs, changes and findings."""
