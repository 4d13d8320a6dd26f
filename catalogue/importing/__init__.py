"""Entries and reported figures from other formats, put into a zoo without touching people's words.

Importers make plain values of the entry format; one merge puts them into files, by node span.
"""
