"""Small ImageNets: real JPEGs in every layout that users have.

Plain functions; each takes (synset, file name, JPEG bytes) and returns the path to open.
"""

import io
import json
import random
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, TypedDict

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image
from scipy.io import savemat

from catalogue.images.synsets import imagenet_synsets, real_labels


class Picture(NamedTuple):
    """One image of a zoo."""

    synset: str
    file: str
    jpeg: bytes


def jpeg(seed: int, *, size: tuple[int, int] = (48, 40)) -> bytes:
    """A JPEG of coloured noise, another for each seed."""
    noise = random.Random(seed).randbytes(6 * 5 * 3)  # noqa: S311  # pixels, no secrets
    stream = io.BytesIO()
    Image.frombytes("RGB", (6, 5), noise).resize(size).save(stream, "JPEG")
    return stream.getvalue()


def official_files(synset: str, count: int) -> list[str]:
    """Names of validation images that are of that class, as ImageNet-ReaL has it."""
    label = imagenet_synsets().index(synset)
    numbers = [number for number, labels in enumerate(real_labels(), 1) if labels == (label,)]
    return [f"ILSVRC2012_val_{number:08d}.JPEG" for number in numbers[:count]]


def pictures(counts: dict[str, int]) -> list[Picture]:
    """So many images of each synset, with official names, in the order of their names."""
    files = [(synset, f) for synset, count in counts.items() for f in official_files(synset, count)]
    return [Picture(synset, f, jpeg(seed)) for seed, (synset, f) in enumerate(sorted(files))]


def class_folders(root: Path, images: Sequence[Picture]) -> Path:
    """`root/SYNSET/FILE`."""
    for image in images:
        (root / image.synset).mkdir(parents=True, exist_ok=True)
        (root / image.synset / image.file).write_bytes(image.jpeg)
    return root


def numbered_folders(root: Path, images: Sequence[Picture]) -> Path:
    """ImageNet-V2: `root/OUTPUT/FILE`."""
    by_label = defaultdict(list)
    for image in images:
        by_label[imagenet_synsets().index(image.synset)].append(image)
    for label, found in by_label.items():
        (root / str(label)).mkdir(parents=True)
        for image in found:
            (root / str(label) / image.file).write_bytes(image.jpeg)
    return root


def flat_folder(root: Path, images: Sequence[Picture]) -> Path:
    """`root/FILE`, as `ILSVRC2012_img_val.tar` unpacks."""
    root.mkdir(parents=True, exist_ok=True)
    for image in images:
        (root / image.file).write_bytes(image.jpeg)
    return root


def flat_tar(root: Path, images: Sequence[Picture]) -> Path:
    """`root/ILSVRC2012_img_val.tar`, in the order of file names, as the official one."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "ILSVRC2012_img_val.tar"
    with tarfile.open(path, "w") as archive:
        for image in sorted(images, key=lambda image: image.file):
            add_file(archive, image.file, image.jpeg)
    return path


def add_file(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    """Put a file into an archive."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    archive.addfile(member, io.BytesIO(data))


def truth_of(images: Sequence[Picture]) -> list[str]:
    """A synset for each of 50,000 images: those given, any for the others."""
    truth = [imagenet_synsets()[-1]] * 50_000
    for image in images:
        truth[int(image.file[15:23]) - 1] = image.synset
    return truth


def devkit_folder(root: Path, truth: Sequence[str]) -> Path:
    """`root/ILSVRC2012_devkit_t12/data/…`, with the challenge's own order of classes."""
    data = root / "ILSVRC2012_devkit_t12" / "data"
    data.mkdir(parents=True)
    # The challenge's numbers are in no order of synsets; synsets without images come last.
    order = [*reversed(imagenet_synsets()), "n00001740", "n00001930"]
    synsets = np.array(
        [(number, synset, "words") for number, synset in enumerate(order, 1)],
        dtype=[("ILSVRC2012_ID", "O"), ("WNID", "O"), ("words", "O")],
    )
    savemat(data / "meta.mat", {"synsets": synsets[:, None]})
    number_of = {synset: number for number, synset in enumerate(order, 1)}
    lines = "".join(f"{number_of[synset]}\n" for synset in truth)
    (data / "ILSVRC2012_validation_ground_truth.txt").write_text(lines)
    return data.parent


def devkit_archive(root: Path, truth: Sequence[str]) -> Path:
    """`root/ILSVRC2012_devkit_t12.tar.gz`."""
    root.mkdir(parents=True, exist_ok=True)
    path = root / "ILSVRC2012_devkit_t12.tar.gz"
    with tempfile.TemporaryDirectory() as folder, tarfile.open(path, "w:gz") as archive:
        archive.add(devkit_folder(Path(folder), truth), "ILSVRC2012_devkit_t12")
    return path


def parquet_shards(root: Path, images: Sequence[Picture], *, shards: int = 2) -> Path:
    """`root/data/validation-00000-of-00002.parquet`, with five images to a group of rows."""
    (root / "data").mkdir(parents=True)
    for shard in range(shards):
        rows = [hub_row(image) for image in images[shard::shards]]
        name = f"validation-{shard:05d}-of-{shards:05d}.parquet"
        write_parquet(root / "data" / name, rows)
    return root


class HubImage(TypedDict):
    """The hub's type of images."""

    bytes: bytes | None
    path: str | None


class HubRow(TypedDict):
    """One row of the hub's shards."""

    image: HubImage
    label: float | None


def hub_row(image: Picture) -> HubRow:
    """An image as ILSVRC/imagenet-1k has it."""
    path = f"{image.file.rpartition('.')[0]}_{image.synset}.JPEG"
    return HubRow(
        image=HubImage(bytes=image.jpeg, path=path), label=imagenet_synsets().index(image.synset)
    )


def write_parquet(path: Path, rows: Sequence[HubRow]) -> None:
    """One shard, its groups of rows small enough for there to be several."""
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    whole = all(row["label"] is None or isinstance(row["label"], int) for row in rows)
    label = pa.int64() if whole else pa.float64()
    schema = pa.schema([("image", image), ("label", label)])
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path, row_group_size=5)


def webdataset_shards(root: Path, images: Sequence[Picture], *, shards: int = 2) -> Path:
    """`root/imagenet1k-validation-00.tar`, as timm/imagenet-1k-wds has them."""
    root.mkdir(parents=True)
    for shard in range(shards):
        with tarfile.open(root / f"imagenet1k-validation-{shard:02d}.tar", "w") as archive:
            for image in images[shard::shards]:
                add_sample(archive, image, label=imagenet_synsets().index(image.synset))
    return root


def add_sample(archive: tarfile.TarFile, image: Picture, *, label: int) -> None:
    """Put an image, its label and its description into a shard."""
    key = image.file.partition(".")[0]
    described = {"filename": f"{image.synset}/{image.file}", "label": label, "height": 40}
    add_file(archive, f"{key}.cls", str(label).encode())
    add_file(archive, f"{key}.jpg", image.jpeg)
    add_file(archive, f"{key}.json", json.dumps(described).encode())


def whole_v2(path: Path) -> Path:
    """An archive of all 10,000 images that ImageNet-V2 has, or of as many copies of one."""
    data = jpeg(0, size=(8, 8))
    with tarfile.open(path, "w") as archive:
        for label in range(1000):
            for number in range(10):
                add_file(archive, f"val/{label}/{number}.jpeg", data)
    return path
