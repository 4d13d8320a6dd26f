"""The colours of plots on light and on dark grounds: those of the site's own charts."""

from dataclasses import astuple, dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Theme:
    """The colours of a picture, as `#rrggbb`."""

    text: str
    faint: str
    grid: str
    frontier: str
    series: tuple[str, ...]
    ground: str
    """What the picture stands on; drawn only as the rim of marks."""


LIGHT = Theme(
    text="#1f2430",
    faint="#5b6475",
    grid="#e3e7ee",
    frontier="#7b8496",
    series=("#1d5fd1", "#b64a00", "#0b7a62", "#8a2fc0", "#b3204f", "#52606d", "#a3a8b2"),
    ground="#ffffff",
)
_DARK = Theme(
    text="#e4e8f1",
    faint="#a3acbf",
    grid="#323846",
    frontier="#8e98ac",
    series=("#7fb0ff", "#ffa45c", "#4fd1b0", "#d09bff", "#ff8fb0", "#b6c2cf", "#646a77"),
    ground="#14171e",
)


def _all_colors(theme: Theme) -> tuple[str, ...]:
    return tuple(
        color for one in astuple(theme) for color in ([one] if isinstance(one, str) else one)
    )


DARKENED = dict(zip(_all_colors(LIGHT), _all_colors(_DARK), strict=True))
"""By each light colour: the dark one that stands for it."""
