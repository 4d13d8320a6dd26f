"""Checking entries: whether what a zoo reports can be true."""

from catalogue.check.report import format_diagnostics
from catalogue.check.senses import check_zoo

__all__ = ["check_zoo", "format_diagnostics"]
