"""Row-level security proved: what access.toml declares against what a real server does."""
