"""Validation images as users have them: found in any layout, labelled by synset, and checked."""
