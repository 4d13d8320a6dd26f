"""Plots as SVG text: `draw_scatter` draws a `Scatter` of `Point`s.

Knows nothing of entries, records or pages.
"""

from catalogue.plot.scatter import Point, Scatter, draw_scatter, plot_height

__all__ = ["Point", "Scatter", "draw_scatter", "plot_height"]
