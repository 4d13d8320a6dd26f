"""A drawing of matplotlib's written anew: a tenth of the bytes, and one file for both themes.

matplotlib repeats the style of every mark and wraps every artist into groups. Here each style
stands once, as a class, with the colours of both themes. Which of them shows, the address says:
with `#only-dark` behind it the picture is the dark one, else, and in viewers that know nothing of
such addresses, the light one. Knows matplotlib's SVG, but nothing of what is drawn.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

DARK_ID = "only-dark"
"""The fragment of an address that asks for the dark picture: Material hides it in light pages."""
_ELEMENT = re.compile(
    r'<path(?: id="(?P<id>\w+)")? d="(?P<way>[^"]*)"(?: style="(?P<style>[^"]*)")?/>'
    r'|<use xlink:href="#(?P<mark>\w+)" x="(?P<x>[-\d.]+)" y="(?P<y>[-\d.]+)"'
    r' style="(?P<look>[^"]*)"/>'
)
_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_COLOR = re.compile("#[0-9a-f]{6}")


@dataclass(kw_only=True, slots=True)
class Styles:
    """The styles of a picture, each with the class that stands for it."""

    dark: Mapping[str, str]
    """By each colour of the light theme: that of the dark one."""
    names: dict[str, str] = field(default_factory=dict)

    def name(self, style: str) -> str:
        """The class of a style."""
        return self.names.setdefault(style, f"c{len(self.names)}")

    def sheet(self) -> str:
        """The rules for all of them."""
        light = "".join(f".{name}{{{_tight(style)}}}" for style, name in self.names.items())
        return f"<style>{light}{''.join(self._dark_rules())}</style>\n"

    def _dark_rules(self) -> Iterator[str]:
        for style, name in self.names.items():
            colored = [one for one in _tight(style).split(";") if _COLOR.search(one)]
            if colored:
                said = _COLOR.sub(lambda found: self.dark[found[0]], ";".join(colored))
                yield f"svg:target .{name}{{{said}}}"


def document(drawing: str, *, letters: str, styles: Styles, size: tuple[int, int]) -> str:
    """A picture as SVG.

    Args:
        drawing: What matplotlib wrote; its groups must not move, clip or colour anything.
        letters: What is written on it, as SVG.
        styles: Those of `letters`; those of the drawing are added.
        size: Width and height in pixels.
    """
    shapes = "".join(_shapes(drawing, styles))
    box = f'id="{DARK_ID}" viewBox="0 0 {size[0]} {size[1]}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {box}>\n'
    return f"{head}{styles.sheet()}{shapes}{letters}</svg>\n"


def rounded(value: float) -> str:
    """A length in as few characters as a tenth of a pixel takes."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def _shapes(drawing: str, styles: Styles) -> Iterator[str]:
    """Lines as paths; marks defined once, and those alike side by side in one group."""
    marks: dict[str, str] = {}
    found = _ELEMENT.finditer(drawing)
    for look, alike in groupby(found, key=lambda one: (one["look"], one["mark"])):
        if look[0] is None:
            yield from (_path(one, marks, styles) for one in alike)
        else:
            uses = (f'<use href="#{marks[look[1]]}" {_place(one)}/>' for one in alike)
            yield f'<g class="{styles.name(look[0])}">{"".join(uses)}</g>\n'


def _path(one: re.Match[str], marks: dict[str, str], styles: Styles) -> str:
    way = _way(one["way"])
    if one["id"] is not None:
        name = marks.setdefault(one["id"], f"m{len(marks)}")
        return f'<defs><path id="{name}" d="{way}"/></defs>\n'
    return f'<path class="{styles.name(one["style"])}" d="{way}"/>\n'


def _place(one: re.Match[str]) -> str:
    return f'x="{rounded(float(one["x"]))}" y="{rounded(float(one["y"]))}"'


def _way(way: str) -> str:
    short = _NUMBER.sub(lambda found: rounded(float(found[0])), " ".join(way.split()))
    return re.sub(r" ?([A-Za-z]) ?", r"\1", short)


def _tight(style: str) -> str:
    """A style without what a browser assumes anyway."""
    said = (one.strip().replace(": ", ":") for one in style.split(";"))
    return ";".join(one for one in said if one != "stroke-dashoffset:0")
