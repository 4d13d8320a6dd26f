"""Reading entries: any zoo's model-index files, with every oddity said at its place."""

from catalogue.read.zoo import Reading, read_zoo

__all__ = ["Reading", "read_zoo"]
