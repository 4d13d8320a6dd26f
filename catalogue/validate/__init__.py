"""Accuracy: every image of a set asked of a model, fast, and without losing work to a kill."""
