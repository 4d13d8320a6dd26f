"""Reading stays fast, and light: no library of the measuring half is imported."""

import subprocess
import sys
import time
from pathlib import Path

from written import written

from catalogue.read import read_zoo

ENTRY = """\
  - Name: model{0}
    Metadata:
      FLOPs: 20586274792
      Parameters: 79250000
      Architecture: [Batch Normalization, Convolution, Dense Connections, Softmax]
      Training Data: [ImageNet]
    Weights: https://a.org/model{0}-71dfe43e0.pth
    Results:
      - Task: Image Classification
        Dataset: ImageNet
        Metrics: {{Top 1 Accuracy: 79.83%, Top 5 Accuracy: 94.71%}}
"""
HEAVY = ("torch", "torchvision", "timm", "numpy", "pandas", "matplotlib", "mkdocs")


def test_a_thousand_entries_take_a_moment(tmp_path: Path) -> None:
    text = "Models:\n" + "".join(ENTRY.format(number) for number in range(1000))
    written(tmp_path, text)
    begun = time.process_time()
    reading = written(tmp_path, text)
    # A third of a second on the machine the bar was set on; ten times that for slow, busy ones.
    assert time.process_time() - begun < 3.3
    assert len(reading.zoo.entries) == 1000


def test_the_time_grows_with_the_text_and_not_faster(tmp_path: Path) -> None:
    def seconds(entries: int) -> float:
        text = "Models:\n" + "".join(
            ENTRY.format(n) + ("    Title: a: b\n" if n % 50 == 0 else "") for n in range(entries)
        )
        begun = time.process_time()
        written(tmp_path, text)
        return time.process_time() - begun

    assert seconds(800) < 40 * max(seconds(200), 0.02)


def test_thousands_of_dangling_names_cost_no_search_each(tmp_path: Path) -> None:
    collections = "".join(f"  - Name: family{n}\n" for n in range(500))
    models = "".join(
        f"  - {{Name: m, In Collection: famly{n}, Weights: (x}}\n" for n in range(2000)
    )
    begun = time.process_time()
    reading = written(tmp_path, f"Collections:\n{collections}Models:\n{models}")
    assert time.process_time() - begun < 10
    assert len({entry.id for entry in reading.zoo.entries}) == 2000


def test_a_page_of_comments_and_fences_takes_no_square_of_its_length(tmp_path: Path) -> None:
    page = "```\nx\n```\n<!-- prose -->\n<!-- Name: a -->\n" * 4000
    (tmp_path / "a.md").write_text(page, encoding="utf-8")
    begun = time.process_time()
    read_zoo(tmp_path / "a.md")
    assert time.process_time() - begun < 10


def test_reading_and_checking_import_nothing_heavy() -> None:
    imports = "import catalogue.read, catalogue.check, sys"
    program = f"{imports}; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
