"""The one way in: images wherever they lie, labelled by name, checked, as an `ImageSet`."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.errors import CatalogueError
from catalogue.images.contents import Chosen, Contents
from catalogue.images.datasets import IMAGENET, REAL, DataSet, data_set, recognised
from catalogue.images.differences import (
    agreement_with_real,
    differences,
    expected_images,
    strange_classes,
    wrong_names,
)
from catalogue.images.glance import glance
from catalogue.images.image_set import ImageSet
from catalogue.images.labelling import Labelled, labelled, relabelled
from catalogue.images.layouts import read_layout
from catalogue.images.manifest import OFFICIAL_MANIFEST, balanced, manifest_of
from catalogue.images.synsets import imagenet_synsets


@dataclass(frozen=True, kw_only=True, slots=True)
class _Judged:
    """Labelled images, what is to be said of them, and whether they are all."""

    contents: Contents
    labelled: Labelled
    findings: tuple[str, ...]
    complete: bool


def open_images(
    path: Path,
    *,
    dataset: str | None = None,
    labels: Path | None = None,
    synsets: Sequence[str] | None = None,
    limit: int | None = None,
) -> ImageSet:
    """Find the images of a data set, in whatever layout, and label them by the names of classes.

    Args:
        path: A folder or a file: class folders; `ILSVRC2012_img_val.tar` or its images in one
            folder; parquet or WebDataset shards; or a folder that holds one of these.
        dataset: `imagenet-1k`, `imagenet-real`, …; where not given, told from names.
        labels: The list of labels of flat images: the devkit, or one of the known lists. Where
            not given, looked for in and beside `path`.
        synsets: The classes, in the order of a model's outputs; ILSVRC-2012's where not given.
        limit: Take only so many images, spread evenly over the classes; the same ones each time.

    Returns:
        The images. A class without images leaves a gap and shifts no label.

    Raises:
        WrongCallError: there is no data set of that name.
        CatalogueError: nothing here can be read as labelled images, or labels contradict each
            other so that every figure would be false.
    """
    classes = tuple(imagenet_synsets() if synsets is None else synsets)
    wanted = None if dataset is None else data_set(dataset)
    layout = read_layout(path, labels=labels)
    kind = wanted or layout.dataset or recognised(layout.contents.images)
    judged = _judge(path, kind, classes, layout.contents)
    return _image_set(path, kind, classes, judged, limit=limit)


def _judge(path: Path, kind: DataSet, classes: tuple[str, ...], contents: Contents) -> _Judged:
    """Label, and look for everything that differs from the official set."""
    named = labelled(contents.images, kind, classes)
    manifest = manifest_of(named.images, labels_follow=True)
    strange: tuple[str, ...] = ()
    if manifest != OFFICIAL_MANIFEST:
        _refuse_shuffled(path, named, classes)
        strange = tuple(strange_classes(named.images, classes))
    final = relabelled(named, classes) if kind is REAL else named
    if not final.images:
        message = f"{path}: holds no image of {kind.name}; expected images of its classes"
        raise CatalogueError(message)
    findings = (
        *final.findings,
        *differences(kind, classes, final.images, contents),
        *wrong_names(kind, classes, manifest, len(named.images)),
        *strange,
        *glance(contents.source, final.numbers, [image.name for image in final.images]),
    )
    complete = _complete(kind, classes, final, manifest)
    return _Judged(contents=contents, labelled=final, findings=findings, complete=complete)


def _refuse_shuffled(path: Path, named: Labelled, classes: Sequence[str]) -> None:
    agreement = agreement_with_real(named.images, classes)
    if agreement is None or agreement[0] * 2 >= agreement[1]:
        return
    message = (
        f"{path}: the labels of {agreement[1] - agreement[0]:,} of {agreement[1]:,} images "
        "contradict ImageNet-ReaL's, so that they are in a wrong order or of other images; "
        "expected the official ground truth"
    )
    raise CatalogueError(message)


def _complete(kind: DataSet, classes: Sequence[str], named: Labelled, manifest: str) -> bool:
    if kind in (IMAGENET, REAL) and tuple(classes) == imagenet_synsets():
        return manifest == OFFICIAL_MANIFEST
    expected = expected_images(kind, classes)
    held = Counter(image.name.partition("/")[0] for image in named.images)
    least = kind.per_class or 1
    return (expected is None or held.total() >= expected) and all(
        held[synset] >= least for synset in kind.synsets(classes)
    )


def _image_set(
    path: Path, kind: DataSet, classes: tuple[str, ...], judged: _Judged, *, limit: int | None
) -> ImageSet:
    named = judged.labelled
    chosen = None if limit is None else balanced(named.images, limit)
    kept = [i for i, image in enumerate(named.images) if chosen is None or image.name in chosen]
    images = tuple(named.images[i] for i in kept)
    numbers = tuple(named.numbers[i] for i in kept)
    own = kind.synsets(classes)
    return ImageSet(
        dataset=kind.name,
        split=kind.split,
        layout=judged.contents.layout,
        root=path,
        synsets=classes,
        classes=tuple(map(classes.index, own)) if kind.part else None,
        images=images,
        reading_order=tuple(sorted(range(len(numbers)), key=numbers.__getitem__)),
        source=Chosen(judged.contents.source, numbers),
        manifest_sha256=manifest_of(images, labels_follow=kind is not REAL),
        complete=judged.complete and len(images) == len(named.images),
        findings=judged.findings,
    )
