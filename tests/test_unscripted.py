"""The dark colours of pages without scripts: the theme's own, under another condition."""

from catalogue.site.unscripted import dark_scheme, dark_sheet

PALETTE = [
    {"media": "(prefers-color-scheme)", "toggle": {}},
    {"media": "(prefers-color-scheme: dark)", "scheme": "slate"},
]


def test_the_scheme_is_that_which_the_settings_choose_in_the_dark() -> None:
    assert dark_scheme(PALETTE) == "slate"
    assert dark_scheme(PALETTE[:1]) is None
    assert dark_scheme({"scheme": "slate"}) is None
    assert dark_scheme(None) is None


def test_rules_of_the_scheme_become_rules_of_any_and_others_stay_away() -> None:
    first = '[data-md-color-scheme=slate]{--a:1}[data-md-color-scheme="default"]{--a:2}'
    second = """/* {of us} */ .plain { color: red; }
      [data-md-color-scheme="slate"] :is(b, i), p { --c: 3; }"""
    sheet = dark_sheet([first, second], "slate")
    assert "[data-md-color-scheme]{--a:1}" in sheet
    assert "[data-md-color-scheme] :is(b, i){--c: 3;}" in sheet
    assert not any(other in sheet for other in ("--a:2", "plain", ",p", "slate", "of us"))


def test_conditions_around_a_rule_stay_around_it() -> None:
    css = "@media screen { @supports (x: y) { a { b: c } [data-md-color-scheme=slate] { d: e; } } }"
    wanted = "@media screen{@supports (x: y){[data-md-color-scheme]{d: e;}}}"
    assert wanted in dark_sheet([css], "slate")


def test_what_is_said_of_other_schemes_than_this_is_left_alone() -> None:
    css = "[data-md-color-primary=lime]:not([data-md-color-scheme=slate]){--f:1}"
    assert "--f" not in dark_sheet([css], "slate")
