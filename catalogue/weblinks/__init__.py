"""Links that lead out of the site: where they stand, whether they still lead anywhere, copies.

Asks other hosts only when a person wants it; knows nothing of what entries mean.
"""
