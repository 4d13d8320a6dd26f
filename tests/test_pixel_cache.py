"""Pixels on disk: read back as they were, decoded anew where damaged, within their room."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from labelled import RECIPE, SYNSETS, Bytes, drawn, image_set, small_set

from catalogue.images.image_set import ImageSet
from catalogue.validate.decoding import Decoder, decoder
from catalogue.validate.pixel_cache import BLOCK, PixelCache, open_cache
from catalogue.validate.supply import Batch, supply

ROOM = 10**9


@pytest.fixture(scope="module")
def images() -> ImageSet:
    """Two blocks, the second one not full; one image of the first is broken."""
    named = [
        (f"{SYNSETS[0]}/{number:03d}.JPEG", (0,), drawn(0, number) if number != 7 else b"no")
        for number in range(BLOCK + 6)
    ]
    return image_set(named)


@contextmanager
def opened(found: Decoder, folder: Path, *, limit: int = ROOM) -> Iterator[PixelCache]:
    cache = open_cache(found, folder, limit=limit)
    assert isinstance(cache, PixelCache)
    try:
        yield cache
    finally:
        cache.close()


def everything(
    found: Decoder, cache: PixelCache | None, *, start: int = 0, said: list[str] | None = None
) -> Batch:
    lines = [] if said is None else said
    with supply(found, cache, threads=2, start=start, say=lines.append) as source:
        return source.take(10_000)


class _Counting(Bytes):
    """A source that knows how often it was read."""

    reads: list[int] = []  # noqa: RUF012  # of the one test that looks

    def read(self, index: int) -> bytes:
        self.reads.append(index)
        return super().read(index)


def counting(images: ImageSet) -> ImageSet:
    assert isinstance(images.source, Bytes)
    _Counting.reads.clear()
    return replace(images, source=_Counting(images.source.contents))


def test_what_one_model_decodes_the_next_one_reads(images: ImageSet, tmp_path: Path) -> None:
    found = decoder(counting(images), RECIPE)
    plain = everything(found, None)
    assert plain.broken.nonzero()[0].tolist() == [7]
    assert not plain.pixels[7].any()
    with opened(found, tmp_path) as cache:
        first = everything(found, cache)
        _Counting.reads.clear()
        second = everything(found, cache)
    assert _Counting.reads == [7]  # what is broken is tried again, lest a hiccup stay
    for one in (first, second):
        assert np.array_equal(one.pixels, plain.pixels)
        assert np.array_equal(one.broken, plain.broken)


def test_mean_and_std_share_pixels_and_nothing_else_does(images: ImageSet) -> None:
    key = decoder(images, RECIPE).key
    assert decoder(images, replace(RECIPE, mean=(0.5,) * 3, std=(0.5,) * 3, id="x")).key == key
    others = [
        (images, replace(RECIPE, interpolation="bilinear")),
        (images, replace(RECIPE, crop_pct=0.9)),
        (images, replace(RECIPE, color="BGR")),
        (images, replace(RECIPE, antialias=False)),
        (replace(images, source=Bytes((b"other",) * len(images.images))), RECIPE),
        (small_set(1), RECIPE),
    ]
    assert len({key, *(decoder(*one).key for one in others)}) == 7


def test_pixels_that_were_damaged_are_decoded_anew(images: ImageSet, tmp_path: Path) -> None:
    found = decoder(images, RECIPE)
    with opened(found, tmp_path) as cache:
        whole = everything(found, cache)
    file = tmp_path / found.key / "pixels.u8"
    content = bytearray(file.read_bytes())
    content[100] ^= 1
    file.write_bytes(content)
    with opened(found, tmp_path) as cache:
        assert cache.read(0) is None
        assert cache.read(1) is not None
        assert np.array_equal(everything(found, cache).pixels, whole.pixels)
        assert cache.read(0) is not None
    os.truncate(file, 50)  # a map of it would end the process
    with opened(found, tmp_path) as cache:
        assert np.array_equal(everything(found, cache).pixels, whole.pixels)


def test_a_run_may_begin_in_the_middle(images: ImageSet, tmp_path: Path) -> None:
    found = decoder(images, RECIPE)
    whole = everything(found, None)
    with opened(found, tmp_path) as cache:
        rest = everything(found, cache, start=60)
        assert (rest.first, len(rest.pixels)) == (60, len(images.images) - 60)
        assert np.array_equal(rest.pixels, whole.pixels[60:])


def test_batches_go_across_blocks(images: ImageSet) -> None:
    found = decoder(images, RECIPE)
    whole = everything(found, None)
    with supply(found, None, threads=2, start=0, say=print) as source:
        parts = [source.take(size) for size in (10, 50, 8, 99)]
    assert [len(one.pixels) for one in parts] == [10, 50, 8, 2]
    assert np.array_equal(np.concatenate([one.pixels for one in parts]), whole.pixels)


def test_what_was_not_used_for_longest_makes_room(images: ImageSet, tmp_path: Path) -> None:
    recipes = [replace(RECIPE, crop_pct=share) for share in (0.8, 0.85, 0.9)]
    decoders = [decoder(images, recipe) for recipe in recipes]
    room = int(2.5 * len(images.images) * 32 * 32 * 3)
    for age, found in enumerate(decoders):
        with opened(found, tmp_path, limit=room) as cache:
            everything(found, cache)
        os.utime(tmp_path / found.key / "about.json", (age, age))
    assert {one.name for one in tmp_path.iterdir()} == {one.key for one in decoders[1:]}


def test_pixels_that_do_not_fit_are_not_kept_and_the_reason_is_told(
    images: ImageSet, tmp_path: Path
) -> None:
    assert open_cache(decoder(images, RECIPE), tmp_path, limit=1000) == (
        "0.000215 GB of pixels do not fit into --pixel-cache 1e-06 GB"
    )
    (tmp_path / "file").touch()
    refused = open_cache(decoder(images, RECIPE), tmp_path / "file", limit=ROOM)
    assert isinstance(refused, str)
    assert "file" in refused


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this machine")
def test_a_disk_that_fills_up_is_told_once_and_costs_nothing(
    images: ImageSet, tmp_path: Path
) -> None:
    found = decoder(images, RECIPE)
    said: list[str] = []
    with opened(found, tmp_path) as cache:
        full = os.open("/dev/full", os.O_WRONLY)
        os.dup2(full, cache._pixels)
        os.close(full)
        batch = everything(found, cache, said=said)
    assert np.array_equal(batch.pixels, everything(found, None).pixels)
    assert said == ["pixels are not kept any longer: No space left on device"]
