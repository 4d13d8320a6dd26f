"""The short way from text to nodes gives the same nodes as the long one, and refuses depth."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.read.compose import composed
from catalogue.read.scan import MOST_DEPTH, scan

LINES = st.lists(
    st.sampled_from(
        [
            *("Models:", "- Name: a", "  Metadata: {FLOPs: 1, x: [a, 'b']}", "  Alias:", "  - b"),
            *("  Title: 'it''s'", "  Summary: |", "    two", "", "    lines", '  ID: "q"', "- b"),
            *("Library: x # why", "  Results:", "  - Task: T", "    Metrics:", "      A: 1.0"),
            *("  Architecture: &a", "  - Conv", "  Layers: *a", "  <<: *b", "  Code: &b {c: *a}"),
        ]
    ),
    max_size=12,
)


def shape(node: object) -> object:
    """Everything of a node: kind, value, style and span."""
    if isinstance(node, yaml.MappingNode | yaml.SequenceNode):
        kind = type(node).__name__
        members = [shape(one) for one in node.value]
        return (kind, members, bool(node.flow_style), *span(node))
    if isinstance(node, yaml.ScalarNode):
        return ("scalar", node.value, node.style or "", *span(node))
    assert isinstance(node, tuple)
    return tuple(shape(one) for one in node)


def span(node: yaml.Node) -> tuple[int, int, int, int]:
    begun, ended = node.start_mark, node.end_mark
    assert begun is not None
    assert ended is not None
    return (begun.line, begun.column, ended.line, ended.column)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_both_ways_give_the_same_nodes(lines: list[str]) -> None:
    text = "\n".join(lines) + "\n"
    nodes = composed("# \n" + text)
    # A tab in a comment closes the short way, and changes nothing else.
    grown = scan("#\t\n" + text)
    if nodes is None:
        assert grown.broken is not None or grown.edits or "*" in text
    else:
        assert grown.broken is None
        assert not grown.edits
        assert [shape(one) for one in nodes] == [shape(one) for one in grown.nodes]


@pytest.mark.parametrize(
    "text",
    [
        "a: " + "[" * 40_000,
        "a: " + "{b: " * 40_000,
        "- " * 40_000,
        "\n".join(" " * depth + "a:" for depth in range(5_000)),
        "\r".join(" " * depth + "a:" for depth in range(5_000)),
        "\x85".join(" " * depth + "a:" for depth in range(5_000)),
        "? " * 40_000,
        "a: &x [*x]",
        "a: &x {b: *x}",
        "a: &x [[b]]\nc: *x\n",
        "a: &x [b]\nc: &y [*x]\nd: *y\ne: *x\n",
        "a: &x [" + "b, " * 101 + "]\nc: *x\n",
        "a: &x b\nc:" + "\n- *x" * 1001 + "\n",
        "a: &x b\nc: &x d\n",
        "a: *x",
        "a: !!python/name:os.system x",
        "a: 1\n---\nb: 2\n",
    ],
)
def test_what_could_nest_or_repeat_takes_the_long_way(text: str) -> None:
    assert composed(text) is None


@pytest.mark.parametrize(
    "blocks",
    [
        "\n".join(" " * depth + "a:\n" + " " * depth + "- b:" for depth in range(0, 25, 2)),
        "a:\n" + "\n".join(" " * depth + "-" for depth in range(24)) + "\n" + 24 * " " + "- b:",
        "\n".join(" " * depth + "a:" for depth in range(24)) + "\n" + 24 * " " + "- b:",
    ],
)
def test_the_deepest_text_that_takes_the_short_way_is_within_the_limit(blocks: str) -> None:
    text = f"{blocks} {'[' * 30}{']' * 30}\n"
    nodes = composed(text)
    assert nodes is not None
    assert depth_of(nodes[0]) < MOST_DEPTH


def depth_of(node: object) -> int:
    if isinstance(node, yaml.MappingNode | yaml.SequenceNode):
        return 1 + max((depth_of(one) for one in node.value), default=0)
    return max((depth_of(one) for one in node), default=0) if isinstance(node, tuple) else 0
