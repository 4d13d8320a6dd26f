"""Scripts of bits: which image was right, for those validations whose files are there."""

from base64 import b64decode
from dataclasses import replace
from pathlib import Path

import numpy as np
from page_zoo import LARGE, SMALL, STORED, ZOO, accuracy, record, validated

from catalogue.page.zoo import JudgedZoo, judge_zoo
from catalogue.publish.bits import bit_scripts
from catalogue.record import Kind
from catalogue.validate.bits import pack, save_bits

TOP1 = np.array([True, False, True, True, False, False, False, False, True, False])


def zoo(*digests: str) -> JudgedZoo:
    """Two models that ten images were asked of."""
    result = replace(accuracy(4, 10), images=10)
    conditions = replace(validated(), images=10, subset=True)
    records = tuple(
        record(entry, Kind.ACCURACY, conditions, replace(result, bits_sha256=digest))
        for entry, digest in zip((SMALL, LARGE), digests, strict=False)
    )
    return judge_zoo(replace(ZOO, entries=(SMALL, LARGE)), replace(STORED, records=records))


def test_a_script_holds_the_top_1_bits_of_one_validation(tmp_path: Path) -> None:
    digest = save_bits(tmp_path, pack(TOP1, np.ones(10, bool)))
    ((found, file),) = bit_scripts(zoo(digest), tmp_path).items()
    assert found == digest
    assert file.path == f"api/bits/{digest[:16]}.js"
    call, name, _, bits, end = file.content.decode().split('"')
    assert (call, name, end) == ("zoo.bits(", digest[:16], ");\n")
    assert b64decode(bits) == np.packbits(TOP1).tobytes()


def test_files_that_are_missing_or_damaged_are_left_out(tmp_path: Path) -> None:
    digest = save_bits(tmp_path, pack(TOP1, TOP1))
    (tmp_path / f"{digest}.bits").write_bytes(b"else")
    assert bit_scripts(zoo(digest, "ab" * 32), tmp_path) == {}


def test_what_a_record_says_never_becomes_code(tmp_path: Path) -> None:
    assert bit_scripts(zoo('");alert("1'), tmp_path) == {}


def test_a_zoo_without_bits_has_no_scripts(tmp_path: Path) -> None:
    assert bit_scripts(zoo("ab" * 32), tmp_path / "bits") == {}
    assert bit_scripts(zoo("ab" * 32), None) == {}
