"""The content security policy: what may run, what is added while serving, what is blocked."""

import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256

import pytest

from catalogue.site.policy import guarded, own_scripts, policy, reloading
from catalogue.site.serving import serving

HEAD = '<html><head><meta charset="utf-8">'
TEMPLATE = '<script>scope=new URL("{{ config.extra.scope | d(base_url) }}",location)</script>'
FILLED = 'scope=new URL("../..",location)'
OWN = own_scripts([TEMPLATE])


def hashed(code: str) -> str:
    return f"'sha256-{b64encode(sha256(code.encode()).digest()).decode()}'"


def said_policy(html: str) -> str:
    (content,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    return str(content)


def test_the_scripts_of_the_theme_are_allowed_by_their_hash_whatever_fills_their_gaps() -> None:
    done = guarded(f"{HEAD}<script>{FILLED}</script></head>", OWN, {})
    assert f"script-src 'self' file: {hashed(FILLED)};" in said_policy(done.html)
    assert done.html.startswith(f"{HEAD}<meta http-equiv")
    assert done.blocked == ()


@pytest.mark.parametrize(
    "code", ["steal()", 'scope=new URL("");steal("",location)', f"{FILLED};steal()"]
)
def test_other_scripts_within_a_page_are_not_allowed_and_named(code: str) -> None:
    done = guarded(f"{HEAD}<body><SCRIPT class=x>{code}</script ></body>", OWN, {})
    assert "sha256" not in done.html
    assert done.blocked == (code,)


def test_scripts_from_files_and_blocks_of_data_need_no_hash() -> None:
    page = f'{HEAD}<script src="a.js" defer></script><script type="application/json">{{}}</script>'
    done = guarded(page, OWN, {})
    assert "sha256" not in done.html
    assert done.blocked == ()


def test_what_is_no_page_has_no_policy() -> None:
    assert guarded("<urlset></urlset>", OWN, {}).html == "<urlset></urlset>"


def test_nothing_is_allowed_that_is_not_named() -> None:
    said = policy((), {})
    assert said.startswith("default-src 'none'; ")
    assert "unsafe" not in said
    assert "http" not in said


def test_a_maintainer_can_allow_more_and_nothing_gives_way_to_something() -> None:
    said = policy((), {"img-src": ["https://img.example"], "frame-src": ["https://video.example"]})
    assert "img-src 'self' file: data: https://img.example" in said
    assert "frame-src https://video.example" in said
    assert "form-action https://me.example" in policy((), {"form-action": ["https://me.example"]})


RELOADING = "\nlivereload(1, 2);\n"
PAGE = guarded(f"{HEAD}</head><body>text</body></html>\n", OWN, {}).html


def livereload(page: str) -> str:
    return page.replace("</body>", f"<script>{RELOADING}</script></body>")


def test_the_script_that_reloads_served_pages_is_allowed_there() -> None:
    allowed = said_policy(reloading(livereload(PAGE)))
    assert f"script-src {hashed(RELOADING)} 'self'" in allowed


def test_a_script_within_the_content_does_not_pass_for_the_one_that_reloads() -> None:
    forged = PAGE.replace("text", "<script>livereload(1);steal()</script> text")
    assert reloading(forged) == forged
    assert hashed("livereload(1);steal()") not in reloading(livereload(forged))


def test_a_server_sends_pages_with_their_new_length_and_other_files_untouched() -> None:
    sent: list[tuple[str, list[tuple[str, str]]]] = []

    def server(environ: dict[str, str], start_response: object) -> Iterable[bytes]:
        kind = "text/html" if environ["PATH_INFO"].endswith(".html") else "text/plain"
        body = livereload(PAGE).encode()
        start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])  # type: ignore[operator]
        return [body]

    def start(status: str, headers: list[tuple[str, str]], _: object = None) -> object:
        sent.append((status, headers))
        return sent

    page = b"".join(serving(server)({"PATH_INFO": "/a.html"}, start))  # type: ignore[arg-type]
    assert "sha256" in said_policy(page.decode())
    assert dict(sent[-1][1])["Content-Length"] == str(len(page))
    other = b"".join(serving(server)({"PATH_INFO": "/a.txt"}, start))  # type: ignore[arg-type]
    assert other.decode() == livereload(PAGE)
