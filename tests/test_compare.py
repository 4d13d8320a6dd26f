"""`catalogue compare`: two models on the same images, or a plain line why not."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from samples import ENTRY, record_of

from catalogue.commands.comparing import compare
from catalogue.commands.opened import Opened
from catalogue.entry import Zoo
from catalogue.errors import CatalogueError, UnreadyError, WrongCallError
from catalogue.record import METHOD, Accuracy, AccuracyConditions, Kind, Record
from catalogue.settings import Settings, bits_folder
from catalogue.store import Stored
from catalogue.validate.bits import pack, save_bits

FIRST = replace(ENTRY, id="one", name="one", aliases=())
SECOND = replace(ENTRY, id="two", name="two", aliases=("zwei",))
CONDITIONS = AccuracyConditions(
    dataset="imagenet-1k",
    split="val",
    manifest_sha256="ab" * 32,
    images=100,
    subset=True,
    precision="fp32",
    input_size=(3, 224, 224),
    recipe_id="timm",
)


def validated(
    folder: Path, model: str, hits: range, *, conditions: AccuracyConditions = CONDITIONS
) -> Record:
    """A record whose bits are there: right about a range of images, about all within five."""
    top1 = np.isin(np.arange(100), hits)
    result = Accuracy(
        images=100,
        top1_hits=len(hits),
        top5_hits=100,
        unreadable=(),
        weights_sha256="0" * 64,
        images_per_second=9.0,
        bits_sha256=save_bits(bits_folder(folder), pack(top1, np.ones(100, bool))),
    )
    return replace(
        record_of(),
        model=model,
        kind=Kind.ACCURACY,
        method=METHOD[Kind.ACCURACY],
        conditions=conditions,
        result=result,
    )


def opened(folder: Path, *records: Record) -> Opened:
    return Opened(
        settings=Settings(index=folder / "model-index" / "model-index.yml", project=folder),
        zoo=Zoo(root=folder, entries=(FIRST, SECOND), collections=(), sources=()),
        stored=Stored(records=records, environments={}),
        diagnostics=(),
    )


def test_two_models_are_compared_image_by_image(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = (validated(tmp_path, "one", range(80)), validated(tmp_path, "two", range(10, 81)))
    assert compare(opened(tmp_path, *records), ("one", "zwei"), None) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == ("a subset of 100 images of imagenet-1k in fp32 (manifest abababababab)")
    assert said[1].startswith(
        "one: top-1 80.000 % (80 hits, 95 % 71.117 to 86.663), top-5 100.000 %"
    )
    assert said[3] == (
        "top-1: only 'one' is right about b = 10 images, only 'two' about c = 1; both about 70, "
        "neither about 19"
    )
    assert said[4].startswith("top-1: difference +9.000 points (95 % ")
    assert said[4].endswith("McNemar's exact test p = 0.0117")
    assert said[6].endswith("McNemar's exact test p = 1")


def test_other_images_or_another_precision_are_refused(tmp_path: Path) -> None:
    first = validated(tmp_path, "one", range(80))
    for other in (
        replace(CONDITIONS, manifest_sha256="cd" * 32),
        replace(CONDITIONS, dataset="imagenet-v2"),
        replace(CONDITIONS, precision="bf16"),
    ):
        second = validated(tmp_path, "two", range(80), conditions=other)
        with pytest.raises(CatalogueError, match="expected the same images in the same precision"):
            compare(opened(tmp_path, first, second), ("one", "two"), None)


def test_the_newest_records_of_the_same_images_are_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = replace(CONDITIONS, dataset="imagenet-v2", manifest_sha256="cd" * 32)
    records = (
        validated(tmp_path, "one", range(50)),
        validated(tmp_path, "one", range(60)),
        validated(tmp_path, "two", range(60)),
        validated(tmp_path, "one", range(70), conditions=elsewhere),
        validated(tmp_path, "two", range(70), conditions=elsewhere),
    )
    compare(opened(tmp_path, *records), ("one", "two"), None)
    assert "one: top-1 60.000 %" in capsys.readouterr().out
    compare(opened(tmp_path, *records), ("one", "two"), "imagenet-v2")
    assert "one: top-1 70.000 %" in capsys.readouterr().out


def test_missing_and_damaged_bits_say_how_to_get_them(tmp_path: Path) -> None:
    records = (validated(tmp_path, "one", range(80)), validated(tmp_path, "two", range(81)))
    assert isinstance(records[1].result, Accuracy)
    file = bits_folder(tmp_path) / f"{records[1].result.bits_sha256}.bits"
    file.write_bytes(b"x" + file.read_bytes()[1:])
    with pytest.raises(UnreadyError, match=r"is damaged; bits are kept outside git: copy the file"):
        compare(opened(tmp_path, *records), ("one", "two"), None)
    file.unlink()
    with pytest.raises(UnreadyError, match=r"is not on this machine.*--model two --only accuracy"):
        compare(opened(tmp_path, *records), ("one", "two"), None)


def test_a_model_without_a_record_or_named_twice_is_told(tmp_path: Path) -> None:
    record = validated(tmp_path, "one", range(80))
    with pytest.raises(UnreadyError, match="'two' has no accuracy record; expected one of each"):
        compare(opened(tmp_path, record), ("one", "two"), None)
    with pytest.raises(WrongCallError, match="are one model; name two"):
        compare(opened(tmp_path, record), ("one", "ONE"), None)
