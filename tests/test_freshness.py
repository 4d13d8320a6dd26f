"""Records go out of date when what they are about changes, and only then."""

from dataclasses import replace

import pytest
from samples import BUILDER, ENTRY, RECIPE, SUBJECT, record_of

from catalogue.entry import Builder, Entry, Weights
from catalogue.freshness import changes, file_text, files_sha256, recipe_text, weights_text
from catalogue.record import (
    METHOD,
    Accuracy,
    AccuracyConditions,
    Failure,
    Kind,
    Record,
)

WEIGHTS = Weights(url="https://example.org/dpn68-66bebafa7.pth", sha256_prefix="66bebafa7")
VALIDATED = replace(ENTRY, weights=(WEIGHTS,))
ACCURACY = Record(
    model="dpn68",
    kind=Kind.ACCURACY,
    method=METHOD[Kind.ACCURACY],
    subject=replace(SUBJECT, recipe=recipe_text(RECIPE), weights="66bebafa7"),
    conditions=AccuracyConditions(
        dataset="imagenet-1k",
        split="val",
        manifest_sha256="0" * 64,
        images=50_000,
        subset=False,
        precision="fp32",
        input_size=(3, 224, 224),
        recipe_id="timm",
    ),
    result=Accuracy(
        images=50_000,
        top1_hits=38_000,
        top5_hits=46_500,
        unreadable=(),
        weights_sha256="66bebafa7" + "0" * 55,
        images_per_second=100.0,
    ),
    provenance=record_of().provenance,
)


def test_a_record_of_the_same_subject_is_up_to_date() -> None:
    assert changes(record_of(), ENTRY) == ()


@pytest.mark.parametrize(
    ("entry", "changed"),
    [
        (replace(ENTRY, builder=Builder(target="timm:dpn92")), ("builder",)),
        (replace(ENTRY, builder=None), ("builder",)),
        (replace(ENTRY, builder=replace(BUILDER, kwargs={"num_classes": 11})), ("arguments",)),
        (replace(ENTRY, builder=replace(BUILDER, args=(True,))), ("arguments",)),
        (replace(ENTRY, aliases=("another",)), ()),
        (replace(ENTRY, builder=replace(BUILDER, requires=("timm>=1.0",))), ()),
    ],
)
def test_builder_and_arguments_matter_and_names_do_not(
    entry: Entry, changed: tuple[str, ...]
) -> None:
    assert changes(record_of(), entry) == changed


def test_a_raised_method_outdates_a_record() -> None:
    assert changes(replace(record_of(), method=0), ENTRY) == ("method",)


def test_other_source_files_of_the_library_outdate_a_record() -> None:
    subject = replace(SUBJECT, files_sha256="0" * 64)
    assert changes(record_of(subject=subject), ENTRY) == ("library",)


def test_a_library_that_is_not_installed_cannot_have_changed() -> None:
    subject = replace(SUBJECT, files=("no_such_zoo/models.py",), files_sha256="0" * 64)
    assert changes(record_of(subject=subject), ENTRY) == ()


def test_a_model_that_was_never_built_is_tried_again_with_another_library() -> None:
    failure = Failure(reason="timm 0.4 has no model 'dpn68'", retry=False)
    subject = replace(SUBJECT, files=(), files_sha256="", library="timm 0.4.12")
    assert changes(record_of(failure, subject=subject), ENTRY) == ("library",)


def test_an_accuracy_depends_on_recipe_and_weights() -> None:
    assert changes(ACCURACY, VALIDATED) == ()
    sharper = replace(RECIPE, interpolation="bicubic")
    assert changes(ACCURACY, replace(VALIDATED, preprocessing=(sharper,))) == ("recipe",)
    assert changes(ACCURACY, replace(VALIDATED, weights=())) == ("weights",)


def test_a_hash_filled_in_later_leaves_a_record_of_that_file_up_to_date() -> None:
    digest = "66bebafa7" + "0" * 55
    named = Weights(url="https://example.org/a.pth")
    record = replace(ACCURACY, subject=replace(ACCURACY.subject, weights=named.url))
    assert changes(record, replace(VALIDATED, weights=(named,))) == ()
    for filled in (replace(named, sha256=digest), replace(named, sha256_prefix=digest[:9])):
        assert changes(record, replace(VALIDATED, weights=(filled,))) == ()
    other = replace(named, sha256="1" * 64)
    assert changes(record, replace(VALIDATED, weights=(other,))) == ("weights",)
    moved = Weights(url="https://example.org/b.pth")
    assert changes(record, replace(VALIDATED, weights=(moved,))) == ("weights",)
    unnamed = replace(record, subject=replace(record.subject, weights=None))
    filled = replace(named, sha256=digest)
    assert changes(unnamed, replace(VALIDATED, weights=(filled,))) == ()


def test_a_record_of_another_file_is_not_one_of_the_entrys_weights() -> None:
    named = replace(VALIDATED, weights=(Weights(url="https://example.org/a.pth"),))
    digest = "1" * 64
    subject = replace(ACCURACY.subject, weights=file_text(named, digest))
    assert isinstance(ACCURACY.result, Accuracy)
    result = replace(ACCURACY.result, weights_sha256=digest)
    record = replace(ACCURACY, subject=subject, result=result)
    assert changes(record, named) == ("weights",)
    filled = replace(named.weights[0], sha256=digest)
    assert changes(record, replace(named, weights=(filled,))) == ()
    own_code = replace(ENTRY.builder, target="zoo:Net") if ENTRY.builder else None
    bare = replace(named, builder=own_code, weights=())
    assert file_text(bare, digest) is None


def test_a_recipe_given_by_crop_percentage_equals_the_same_one_in_pixels() -> None:
    by_share = replace(RECIPE, resize_size=None, crop_pct=0.875)
    assert recipe_text(by_share) == recipe_text(replace(RECIPE, crop_pct=0.875))


def test_weights_are_known_by_their_hash_before_their_address() -> None:
    assert weights_text(()) is None
    assert weights_text([WEIGHTS]) == "66bebafa7"
    assert weights_text([Weights(url="https://example.org/a.pth")]) == "https://example.org/a.pth"


@pytest.mark.parametrize("file", ["timm/../../secret", "../etc/passwd", "/etc/passwd"])
def test_a_record_cannot_name_files_outside_installed_packages(file: str) -> None:
    assert files_sha256((file,)) is None
