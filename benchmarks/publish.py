"""What publishing for machines costs in a large zoo: files, bytes and CPU seconds by part.

Makes up a zoo of models that are counted, timed, validated and reported on. Run
`python benchmarks/publish.py [--models 1500]`.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from zoo import write_zoo

from catalogue.commands.opened import open_zoo
from catalogue.page.family import family_page
from catalogue.page.home import home_page
from catalogue.page.labels import load_labels
from catalogue.page.voice import Voice
from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.publish.files import published
from catalogue.publish.preview import draw_preview
from catalogue.publish.spoken import preview_digest, previews, spoken
from catalogue.render import templates_folder
from catalogue.written import WrittenFolder, finish, keep, open_folder, write

LANGUAGES = ("en", "zh")


def write_shared(judged: JudgedZoo, folder: WrittenFolder) -> None:
    """Write what serves every language."""
    for file in published(judged, LANGUAGES):
        write(folder, file.path, file.content)


def write_spoken(judged: JudgedZoo, folder: WrittenFolder, voice: Voice) -> None:
    """Write the feed and `llms.txt` of one language."""
    for file in spoken(judged, voice, shared=""):
        write(folder, file.path, file.content)


def draw_previews(judged: JudgedZoo, folder: WrittenFolder, voice: Voice) -> None:
    """Draw the preview pictures of one language. Their pages are made anyway: not counted."""
    home = home_page(judged)
    pages = [
        family_page(one.collection, one.models, judged.zoo, slug=one.slug)
        for one in judged.families
    ]
    begun = time.process_time()
    for path, preview in previews(home, pages, voice):
        digest = preview_digest(preview)
        if not keep(folder, path, digest):
            write(folder, path, draw_preview(preview), digest=digest)
    print(f"  pictures alone, {voice.language}: {time.process_time() - begun:.2f} CPU s")


def timed(name: str, work: Callable[[], None]) -> None:
    """Run a part and print its CPU seconds, writing included."""
    begun = time.process_time()
    work()
    print(f"{name}: {time.process_time() - begun:.2f} CPU s")


def publish(judged: JudgedZoo, docs: Path, voices: Sequence[Voice]) -> None:
    """Publish everything, part by part."""
    for voice in voices:
        folder = open_folder(docs / voice.language)
        if voice is voices[0]:
            timed("JSON, CSV, badges, exports", partial(write_shared, judged, folder))
        timed(f"feed, llms.txt, {voice.language}", partial(write_spoken, judged, folder, voice))
        draw_previews(judged, folder, voice)
        print(f"  {len(finish(folder).written)} files written, {voice.language}")


def main() -> None:
    """Publish a made-up zoo twice: from cold, and with nothing changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1500)
    with tempfile.TemporaryDirectory() as folder:
        opened = open_zoo(write_zoo(Path(folder), parser.parse_args().models), index=None, allow=())
    judged = judge_zoo(opened.zoo, opened.stored)
    labels = {one: load_labels([templates_folder()], one) for one in LANGUAGES}
    voices = [Voice(language=one, labels=labels, link=lambda _: None) for one in LANGUAGES]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("cold", "again"):
            print(f"== {name}")
            publish(judged, Path(folder), voices)
        files = [one for one in Path(folder).rglob("*") if one.is_file()]
        size = sum(one.stat().st_size for one in files)
        print(f"{len(files)} files, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
