"""The direction of imports: no room knows of those that use it, and pages never need torch."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "catalogue"
FLOORS = [
    {"errors"},
    {"entry", "record", "provenance", "failing", "roofline", "proportion", "backend", "grid"},
    {
        "read",
        "store",
        "settings",
        "languages",
        "freshness",
        "images",
        "machine",
        "meta",
        "processor",
        "download",
        "hub",
        "state_dict",
        "timm_recipe",
        "torchvision_recipe",
        "weblinks",
    },
    {"build", "library_weights", "weights", "plan", "check", "importing", "filling"},
    {"measure", "validate"},
    {"experience"},
    {"estimate"},
    {"bench", "variant", "plot", "page", "publish", "table", "written"},
    {"recording"},
    {"refresh"},
    {"parallel", "pictures"},
    {"render"},
    {"starting"},
    {"commands", "site"},
    {"cli"},
    {"__main__"},
]
"""Rooms by floor: a room imports from floors below, from its own floor without going in circles."""


def room_of(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "catalogue" and len(parts) > 1 else None


def imports_of(file: Path) -> set[str]:
    """Every module of ours that a file imports, type checking and function bodies included."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{name.name}" for name in node.names}
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def rooms() -> dict[str, set[str]]:
    """Each room with the other rooms it imports."""
    found: dict[str, set[str]] = {}
    for file in sorted(PACKAGE.rglob("*.py")):
        inside = file.relative_to(PACKAGE)
        room = inside.parts[0].removesuffix(".py")
        used = {other for module in imports_of(file) if (other := room_of(module))}
        known = {name for floor in FLOORS for name in floor}
        found.setdefault(room, set()).update(used & known - {room})
    return found


def test_every_room_has_a_floor() -> None:
    known = {name for floor in FLOORS for name in floor} | {"__init__"}
    assert set(rooms()) <= known


def test_rooms_import_only_from_their_floor_and_below() -> None:
    floor_of = {name: number for number, floor in enumerate(FLOORS) for name in floor}
    upward = [
        f"{room} imports {other}"
        for room, others in rooms().items()
        for other in others
        if room in floor_of and floor_of[other] > floor_of[room]
    ]
    assert upward == []


def test_rooms_do_not_import_in_circles() -> None:
    graph = rooms()
    while leaves := {room for room, others in graph.items() if not others & set(graph)}:
        for room in leaves:
            del graph[room]
    assert graph == {}


@pytest.mark.parametrize(
    "modules",
    [
        "catalogue.cli",
        "catalogue.read, catalogue.check, catalogue.store, catalogue.plan",
        "catalogue.bench, catalogue.measure.latency, catalogue.estimate",
        "catalogue.render, catalogue.page, catalogue.plot, catalogue.publish.files",
        "catalogue.commands.checking, catalogue.commands.listing, catalogue.commands.rendering",
    ],
)
def test_what_reads_and_renders_never_imports_torch(modules: str) -> None:
    code = f"import sys, {modules}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
