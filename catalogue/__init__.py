"""Model zoo catalogue: entries in, measurements and bilingual pages out."""

__version__ = "0.1.0"
