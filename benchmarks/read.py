"""How long reading a zoo takes, beside the `model-index` library on the same files.

Needs `pip install model-index`. Run `python benchmarks/read.py`, or give it root index files of
zoos checked out elsewhere.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import modelindex

from catalogue.read import read_zoo

ROUNDS = 5
PAGE = """\
# Family {family}

<!--
Type: model-index
Collections:
- Name: family{family}
  Paper: {{Title: "A paper", URL: "https://arxiv.org/abs/1707.01629"}}
Models:
{models}-->
"""
MODEL = """\
- Name: model{number}
  In Collection: family{family}
  Metadata:
    FLOPs: 20586274792
    Parameters: 79250000
    File Size: 318016207
    Architecture:
    - Batch Normalization
    - Convolution
    - Dense Connections
    - Global Average Pooling
    - Softmax
    Tasks:
    - Image Classification
    Training Techniques:
    - SGD with Momentum
    - Weight Decay
    Training Data:
    - ImageNet
    LR: 0.316
    Crop Pct: '0.875'
    Image Size: '224'
    Interpolation: bicubic
  Code: https://example.org/code.py#L376
  Weights: https://example.org/model{number}-71dfe43e0.pth
  Results:
  - Task: Image Classification
    Dataset: ImageNet
    Metrics:
      Top 1 Accuracy: 79.83%
      Top 5 Accuracy: 94.71%
"""


def write_zoo(folder: Path, models: int, *, per_page: int = 5) -> Path:
    """Write a zoo of Markdown pages in the manner of timm's, and give its root file."""
    for family in range(-(-models // per_page)):
        numbers = range(family * per_page, min(models, (family + 1) * per_page))
        text = "".join(MODEL.format(number=number, family=family) for number in numbers)
        page = folder / f"page{family:04}.md"
        page.write_text(PAGE.format(family=family, models=text), encoding="utf-8")
    root = folder / "model-index.yml"
    root.write_text("Import:\n- ./*.md\n", encoding="utf-8")
    return root


def seconds(function: Callable[[], object]) -> float:
    """CPU seconds of the fastest of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begun = time.process_time()
        function()
        best = min(best, time.process_time() - begun)
    return best


def ours(path: Path) -> tuple[int, float]:
    """How many models this program reads, and how long it takes."""
    return len(read_zoo(path).zoo.entries), seconds(lambda: read_zoo(path))


def theirs(path: Path) -> tuple[int, float]:
    """The same of the `model-index` library."""
    return len(modelindex.load(str(path)).models), seconds(lambda: modelindex.load(str(path)))


def in_fresh_process(who: str, path: Path) -> str:
    """Both libraries are timed in processes of their own, one after the other."""
    command = [sys.executable, __file__, "--only", who, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    last = (done.stderr.strip() or "no output").splitlines()[-1]
    return done.stdout.strip() if done.returncode == 0 else f"failed: {last}"


def main() -> None:
    """Print a line per zoo and library."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("roots", nargs="*", type=Path, help="root index files; default: made up")
    parser.add_argument("--only", choices=["ours", "theirs"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        models, best = (ours if options.only == "ours" else theirs)(options.roots[0])
        print(f"{models} models in {best:.3f} s, {1000 * best / max(models, 1):.2f} ms each")
        return
    with tempfile.TemporaryDirectory() as folder:
        roots = options.roots
        for models in () if roots else (272, 3000):
            zoo = Path(folder) / str(models)
            zoo.mkdir()
            roots = [*roots, write_zoo(zoo, models)]
        for root in roots:
            print(root)
            print("  catalogue  ", in_fresh_process("ours", root))
            print("  model-index", in_fresh_process("theirs", root))


if __name__ == "__main__":
    main()
