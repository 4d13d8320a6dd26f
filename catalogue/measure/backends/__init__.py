"""Running one model with one backend, and whether it answers as PyTorch does."""
