"""Reads the devkit's meta.mat in a process of its own: damaged files crash scipy's reader.

Run as a program: the file on standard input, JSON on standard output: `[[number, synset], …]`,
or a text that says what is wrong.
"""

import io
import json
import subprocess
import sys
import zlib

_PATIENCE_S = 120
"""The true file takes half a second."""


def read_meta(meta: bytes) -> dict[str, str] | str:
    """The synset of each of the challenge's numbers; or, in a text, why it cannot be read."""
    command = [sys.executable, "-m", "catalogue.images.meta_worker"]
    try:
        done = subprocess.run(  # noqa: S603  # ourselves
            command, input=meta, capture_output=True, timeout=_PATIENCE_S, check=False
        )
    except subprocess.TimeoutExpired:
        return f"still reading after {_PATIENCE_S} s"
    if done.returncode:
        return f"its reader ended with status {done.returncode}"
    found = json.loads(done.stdout)
    return found if isinstance(found, str) else {str(n): synset for n, synset in found}


def _read(meta: bytes) -> list[tuple[int, str]] | str:
    from scipy.io import loadmat  # noqa: PLC0415  # optional, and takes a moment
    from scipy.io.matlab import MatReadError  # noqa: PLC0415  # as above

    faults = (MatReadError, ValueError, TypeError, KeyError, IndexError, OSError, zlib.error)
    others = (NotImplementedError, AttributeError, EOFError, MemoryError, OverflowError)
    try:
        rows = loadmat(io.BytesIO(meta), squeeze_me=True)["synsets"]
        pairs = zip(rows["ILSVRC2012_ID"].tolist(), rows["WNID"].tolist(), strict=True)
        return [(int(number), str(synset)) for number, synset in pairs]
    except (*faults, *others) as fault:
        return str(fault) or type(fault).__name__


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_read(sys.stdin.buffer.read())))
