"""What each command does: one module a command, or what several of them share."""
