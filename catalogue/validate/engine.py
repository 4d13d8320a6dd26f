"""Ask a model about every image of a set, and count what is right.

Joins pixels, model and journal. Knows nothing of entries, records' files or pages.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from torch import nn

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError, UnreadyError
from catalogue.record import Accuracy
from catalogue.validate.batching import Batching, batching
from catalogue.validate.bits import pack, save_bits
from catalogue.validate.decoding import Decoder, decoder
from catalogue.validate.forward import (
    Forward,
    MemoryLackError,
    exact,
    free_memory,
    leave_processors,
)
from catalogue.validate.journal import BROKEN, FINE, NOT_FINITE, ROW, Journal, Rows, open_journal
from catalogue.validate.pixel_cache import PixelCache, open_cache
from catalogue.validate.supply import Batch, Supply, supply
from catalogue.validate.top import NOBODY, by_class, expected_hits, right
from catalogue.validate.validation import Validation


def _in_silence(_done: int, _total: int) -> None:
    pass


def _unsaid(_line: str) -> None:
    pass


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A model with its weights, and what it is to be known by."""

    model: nn.Module
    """Mutated: it is left in eval mode, on the device, in the precision's dtype."""
    recipe: Preprocessing
    weights_sha256: str
    """Of the file that the weights were loaded from."""
    key: str
    """What tells it from others: a run that was cut off is taken up by the same key alone."""
    device_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of a validation, and the journal to be forgotten once it is kept."""

    accuracy: Accuracy
    journal: Journal


def validate(
    candidate: Candidate,
    validation: Validation,
    *,
    on_progress: Callable[[int, int], None] = _in_silence,
    say: Callable[[str], None] = _unsaid,
) -> Outcome:
    """Ask a model about every image.

    Args:
        candidate: The model.
        validation: Images, device, precision.
        on_progress: Called with (images done, images in all) after each batch.
        say: Told what a person should know and cannot mend here.

    Returns:
        Hits. An image that cannot be decoded is a miss, and named.

    Raises:
        CatalogueError: the model's outputs are not one for each class, or one image is too much
            for the memory.
        UnreadyError: no image can be read, or one cannot and was to end the run.
    """
    images = validation.images
    pixels = decoder(images, candidate.recipe)
    forward = Forward(
        candidate.model,
        candidate.recipe,
        validation.device,
        validation.precision,
        len(images.synsets),
        images.classes,
    )
    journal = open_journal(
        validation.runs, _run_key(candidate, validation, pixels), len(images.images)
    )
    run = _Run(validation, forward, journal, on_progress)
    try:
        with _cache(pixels, validation, say) as cache, exact():
            size = run.through(pixels, cache, say)
    finally:
        journal.close()
    return Outcome(
        accuracy=_counted(candidate, validation, journal, forward, size), journal=journal
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """Batches through the model, into the journal."""

    validation: Validation
    forward: Forward
    journal: Journal
    on_progress: Callable[[int, int], None]

    def through(
        self, pixels: Decoder, cache: PixelCache | None, say: Callable[[str], None]
    ) -> Batching:
        """Go on from where the journal is to the end; gives the batch size found."""
        sizes = self.journal.restore(
            batching(self.validation.batch_size, self.validation.device.partition(":")[0])
        )
        total = len(self.journal.rows)
        threads = self.validation.threads
        with supply(pixels, cache, threads=threads, start=self.journal.done, say=say) as source:
            try:
                while self.journal.done < total:
                    sizes = self._step(source, sizes)
                    self.on_progress(self.journal.done, total)
            finally:
                self.journal.flush(sizes)
        return sizes

    def _step(self, source: Supply, sizes: Batching) -> Batching:
        """One batch; in parts where memory runs out."""
        batch = source.take(sizes.size)
        self._stop_at_broken(batch)
        start = time.perf_counter()
        leave_processors(source.busy)
        while len(batch.pixels):
            try:
                best, finite = self.forward(batch.pixels[: sizes.size])
            except MemoryLackError as fault:
                sizes = self._halved(sizes, batch, fault)
                continue
            count = len(best)
            self.journal.add(_rows(best, finite, batch.broken[:count]), sizes)
            following = sizes.after(count, time.perf_counter() - start)
            batch = Batch(
                first=batch.first + count,
                pixels=batch.pixels[count:],
                broken=batch.broken[count:],
            )
            if following.size > sizes.size:
                self.journal.flush(following)  # so that it is known what the larger size did
            sizes = following
        return sizes

    def _halved(self, sizes: Batching, batch: Batch, fault: MemoryLackError) -> Batching:
        smaller = sizes.halved()
        if smaller is None:
            height, width, channels = batch.pixels.shape[1:]
            message = f"out of memory with one image of {channels}x{height}x{width}"
            raise CatalogueError(message) from fault
        free_memory()
        return smaller

    def _stop_at_broken(self, batch: Batch) -> None:
        if not self.validation.stop_at_unreadable or not batch.broken.any():
            return
        images = self.validation.images
        place = batch.first + int(batch.broken.argmax())
        name = images.images[images.reading_order[place]].name
        message = (
            f"{images.root}: '{name}' cannot be read; replace it, or count such images as wrong "
            "with --unreadable wrong"
        )
        raise UnreadyError(message)


@contextmanager
def _cache(
    pixels: Decoder, validation: Validation, say: Callable[[str], None]
) -> Iterator[PixelCache | None]:
    if validation.pixel_cache is None or validation.pixel_cache_bytes == 0:
        yield None
        return
    cache = open_cache(pixels, validation.pixel_cache, limit=validation.pixel_cache_bytes)
    if isinstance(cache, str):
        say(f"pixels are not kept: {cache}")
        yield None
        return
    try:
        yield cache
    finally:
        cache.close()


def _rows(
    best: npt.NDArray[np.int16], finite: npt.NDArray[np.bool_], broken: npt.NDArray[np.bool_]
) -> Rows:
    rows = np.zeros(len(best), ROW)
    rows["best"] = np.where(broken[:, None], NOBODY, best)
    rows["state"] = np.where(broken, BROKEN, np.where(finite, FINE, NOT_FINITE))
    return rows


def _run_key(candidate: Candidate, validation: Validation, pixels: Decoder) -> str:
    """Everything that a row hangs on."""
    parts = (
        candidate.key,
        candidate.weights_sha256,
        str((candidate.recipe.mean, candidate.recipe.std)),
        candidate.device_name,
        validation.device,
        validation.precision,
        str(validation.batch_size),
        str(validation.images.classes),
        pixels.key,
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _counted(
    candidate: Candidate,
    validation: Validation,
    journal: Journal,
    forward: Forward,
    sizes: Batching,
) -> Accuracy:
    images = validation.images
    rows = np.empty_like(journal.rows)
    rows[np.array(images.reading_order)] = journal.rows  # in the order of names again
    broken = np.flatnonzero(rows["state"] == BROKEN).tolist()
    if len(broken) == len(rows):
        message = (
            f"{images.root}: none of {len(rows):,} images can be read, "
            f"'{images.images[0].name}' the first; expected JPEG files"
        )
        raise UnreadyError(message)
    top1, top5 = right(rows["best"], images.images)
    found, asked = by_class(top1, images.images, len(images.synsets))
    packed = pack(top1, top5)
    return Accuracy(
        images=len(rows),
        top1_hits=int(top1.sum()),
        top5_hits=int(top5.sum()),
        unreadable=tuple(images.images[index].name for index in broken),
        weights_sha256=candidate.weights_sha256,
        images_per_second=round(len(rows) / max(journal.seconds, 1e-9), 2),
        chance_hits=round(expected_hits(rows["best"], images.images), 2),
        not_finite=int((rows["state"] == NOT_FINITE).sum()),
        top1_by_class=" ".join(map(str, found)),
        images_by_class=" ".join(map(str, asked)),
        bits_sha256=save_bits(validation.bits, packed) if validation.bits else None,
        device=candidate.device_name,
        memory_format=forward.memory_format,
        batch_size=sizes.size,
    )
