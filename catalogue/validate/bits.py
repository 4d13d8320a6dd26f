"""Which image was a hit: a bit for each, in a file of its own beside the zoo, outside git.

The top-1 bits of all images in the order of their names, padded to whole bytes, then their top-5
bits likewise: 12,500 bytes for 50,000 images. Needs no torch.
"""

import hashlib
import os
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt

from catalogue.errors import UnreadyError

Bits = npt.NDArray[np.bool_]
"""A flag for each image, in the order of names."""


def pack(top1: Bits, top5: Bits) -> bytes:
    """Hits of each image as a file holds them."""
    return np.packbits(top1).tobytes() + np.packbits(top5).tobytes()


def save_bits(folder: Path, content: bytes) -> str:
    """Write a file under its SHA-256, through a temporary one; gives the SHA-256."""
    digest = hashlib.sha256(content).hexdigest()
    path = folder / f"{digest}.bits"
    if path.exists() and path.read_bytes() == content:
        return digest
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=".", suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return digest


def load_bits(folder: Path, digest: str, images: int) -> tuple[Bits, Bits]:
    """Read the (top-1, top-5) hits of so many images.

    Raises:
        UnreadyError: the file is not there, or not what it was when it was written.
    """
    path = folder / f"{digest}.bits"
    try:
        content = path.read_bytes()
    except OSError:
        message = f"{path} is not on this machine"
        raise UnreadyError(message) from None
    half = (images + 7) // 8
    if hashlib.sha256(content).hexdigest() != digest or len(content) != 2 * half:
        message = f"{path} is damaged"
        raise UnreadyError(message)
    bits = np.frombuffer(content, np.uint8)
    top1, top5 = (np.unpackbits(part)[:images].astype(bool) for part in (bits[:half], bits[half:]))
    return top1, top5
