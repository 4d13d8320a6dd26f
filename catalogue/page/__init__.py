"""What stands on the pages, as plain values: rows, verdicts, plots and sentences.

Made from entries and records. Knows no language, no template and no file.
"""
