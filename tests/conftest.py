"""What every test shares: markers that skip loudly, and an environment without a network."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

ROOT = Path(__file__).resolve().parent.parent
"""The checkout."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="also run tests marked slow")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    absent = {"browser": _without_browser(), "gpu": _without_gpu(items)}
    if not config.getoption("--slow"):
        absent["slow"] = "slow: run with --slow"
    for item in items:
        for marker, reason in absent.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


def _without_browser() -> str | None:
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    return None if found else "no Chromium on this machine"


def _without_gpu(items: list[pytest.Item]) -> str | None:
    if not any(item.get_closest_marker("gpu") for item in items):
        return None
    import torch  # noqa: PLC0415  # three seconds that most runs of one module need not spend

    return None if torch.cuda.is_available() else "no CUDA device on this machine"


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The Chromium of the machine."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  # machines with a GPU lack it

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a zoo whose every text is an attack."""
    from hostile_zoo import hostile_site  # noqa: PLC0415  # half a second that few tests need

    return hostile_site(tmp_path_factory.mktemp("hostile"))


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    """A page that fails the test where it complains."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("dialog", lambda dialog: complaints.append(dialog.message))
    opened.on(
        "console", lambda said: complaints.append(said.text) if said.type == "error" else None
    )
    yield opened
    opened.close()
    assert complaints == []
