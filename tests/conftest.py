"""What every test shares: markers that skip loudly, and an environment without a network."""

import os
import shutil
from pathlib import Path

import pytest

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
