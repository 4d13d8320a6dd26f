"""Which image each model was right about, as scripts that the page to compare on loads.

A page opened as a file may load scripts but read no other files, so bits come as scripts: only
those of the models that are compared, 8 KB for the 50,000 images of ImageNet's validation set.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np

from catalogue.errors import UnreadyError
from catalogue.page.compare_island import BITS_NAME
from catalogue.page.series import Judged
from catalogue.page.typeset import DATA
from catalogue.page.zoo import JudgedZoo
from catalogue.publish.files import PublishedFile
from catalogue.validate.bits import load_bits


def bit_scripts(judged: JudgedZoo, folder: Path | None) -> Mapping[str, PublishedFile]:
    """The top-1 bits of every validation that holds, by the SHA-256 of the file they are from.

    Files that are not on this machine, or damaged, are left out: the page says so.

    Args:
        judged: The models.
        folder: Where correctness bits lie; None where there are none.
    """
    if folder is None or not folder.is_dir():
        return {}
    return {digest: file for model in judged.models for digest, file in _of_model(model, folder)}


def _of_model(model: Judged, folder: Path) -> Iterator[tuple[str, PublishedFile]]:
    for one in model.evidence.validations:
        digest = one.result.bits_sha256
        if digest is None or not one.finding.holds:
            continue
        try:
            top1, _ = load_bits(folder, digest, one.result.images)
        except UnreadyError:
            continue
        bits = b64encode(np.packbits(top1).tobytes()).decode()
        content = f'zoo.bits("{digest[:BITS_NAME]}","{bits}");\n'
        yield (
            digest,
            PublishedFile(path=f"{DATA}/bits/{digest[:BITS_NAME]}.js", content=content.encode()),
        )
