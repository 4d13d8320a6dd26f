"""The sandbox of templates: quick, and no door more than jinja's."""

from dataclasses import dataclass
from functools import partial

import pytest
from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from markupsafe import Markup

from catalogue.page.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Named:
    """A value as pages have them."""

    name: str


def shown(text: str, **values: object) -> str:
    return Sandbox(autoescape=True).from_string(text).render(**values)


def test_attributes_are_read_time_and_again() -> None:
    assert shown(
        "{% for one in all %}{{ one.name }}{% endfor %}", all=[Named("a"), Named("<")]
    ) == ("a&lt;")


@pytest.mark.parametrize("attribute", ["__class__", "__init__"])
def test_inner_attributes_stay_closed_however_often_one_asks(attribute: str) -> None:
    template = Sandbox(undefined=StrictUndefined).from_string("{{ one." + attribute + " }}")
    for _ in range(3):
        with pytest.raises(SecurityError):
            template.render(one=Named("a"))


def test_the_format_of_a_text_reaches_no_inner_attribute_however_often_one_asks() -> None:
    template = Sandbox(undefined=StrictUndefined).from_string("{{ text.format(one) }}")
    for text in ("{0.name}", Markup("{0.name}")):
        assert template.render(text=text, one=Named("a")) == "a"
        with pytest.raises(SecurityError):
            template.render(text=text.replace("name", "__class__"), one=Named("a"))


def test_macros_and_our_functions_are_called_within_loops_and_blocks() -> None:
    text = (
        "{% macro twice(one, sign='!') %}{{ one }}{{ one }}{{ sign }}{% endmacro %}{% block part %}"
        "{% for one in all %}{{ twice(one, sign=low(one)) }}{% endfor %}{% endblock %}"
    )
    assert shown(text, all=["A<"], low=partial(str.lower)) == "A&lt;A&lt;a&lt;"


def test_all_that_templates_put_out_is_escaped_but_markup() -> None:
    text = "{{ one }}{{ two }}{{ 3 }}{{ four }}{% autoescape false %}{{ one }}{% endautoescape %}"
    values = {"one": "<", "two": Markup("<b>"), "four": ["<"]}
    assert shown(text, **values) == "&lt;<b>3[&#39;&lt;&#39;]<"
