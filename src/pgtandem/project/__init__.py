"""What one project declares: its scripts, its copies, and what is remembered of them."""
