"""What each command does, one module a command; `cli` says how they are called."""
