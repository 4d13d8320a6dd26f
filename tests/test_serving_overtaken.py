"""A record that comes while the pages of all models are built goes first; those start over."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from mkdocs.commands.build import build
from mkdocs.config import load_config
from test_serving import measure
from test_site import zoo_in

from catalogue.site.touched import KEPT, Serving, stamps_of


def never() -> bool:
    return False


def after(calls: int) -> Callable[[], bool]:
    """Somebody asks for a build once it was looked for so often."""
    numbers = count()
    return lambda: next(numbers) >= calls


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """What a server knows after its first build."""
    folder = zoo_in(tmp_path)
    measure(folder, milliseconds=11.0, at="2026-01-02T03:04:05Z")
    KEPT.builds.clear()  # other tests build in this process, too
    config = load_config(str(folder / "mkdocs.yml"))
    config.plugins.on_startup(command="serve", dirty=False)
    build(config)

    def whole() -> None:
        pytest.fail("the whole site was built")

    made = Serving(
        root=folder,
        watched=(folder / "model-index",),
        kept=KEPT,
        whole=whole,
        ask=lambda: None,
        asked=never,
    )
    made.stamps = stamps_of(made.watched)
    yield made
    if made.timer is not None:
        made.timer.cancel()
    KEPT.serving, KEPT.known = False, None
    KEPT.builds.clear()


def shows(serving: Serving, words: str, page: str) -> bool:
    return words in (serving.root / "site" / page).read_text(encoding="utf-8")


def test_pages_of_all_models_give_way_wherever_they_are_and_miss_nothing_later(
    serving: Serving,
) -> None:
    measure(serving.root, milliseconds=77.7, at="2026-01-03T03:04:05Z", device="New CPU")
    serving.build()
    assert shows(serving, "77.7", "models/dpn68.html")
    given_way = 0
    for calls in range(0, 60, 3):
        serving.asked = after(calls)
        serving.build()
        if not serving.behind:
            break
        assert given_way or not shows(serving, "New CPU", "index.html")
        given_way += 1
    assert given_way > 2
    serving.asked = never
    if serving.behind:
        serving.build()
    for page in ("index.html", "zh/index.html"):
        assert shows(serving, "New CPU", page)


def test_what_overtook_them_is_shown_first_and_by_them_later(serving: Serving) -> None:
    measure(serving.root, milliseconds=77.7, at="2026-01-03T03:04:05Z", device="New CPU")
    serving.build()
    serving.asked = after(2)
    serving.build()
    assert serving.behind == {"dpn68"}
    measure(serving.root, milliseconds=88.8, at="2026-01-04T03:04:05Z", device="Third CPU")
    serving.build()
    assert shows(serving, "88.8", "models/dpn68.html")
    assert not shows(serving, "Third CPU", "index.html")
    serving.asked = never
    serving.build()
    assert shows(serving, "New CPU", "index.html")
    assert shows(serving, "Third CPU", "index.html")
