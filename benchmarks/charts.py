"""How heavy and how quick the charts are: a made-up zoo, built and opened in Chromium.

Run `python benchmarks/charts.py [--models 1500]`; needs Chromium and the packages of `dev`.
"""

import argparse
import gzip
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).parent.parent
FAMILY_SIZE = 25
DEVICES = (("Tesla T4", "FP32"), ("Tesla T4", "FP16"), ("Tesla V100", "FP32"), ("Edge", "INT8"))
MODEL = """\
  - Name: model{number}_patch16_224
    In Collection: family{family}
    Preprocessing: {{Input Size: [3, 224, 224]}}
    Costs:
      - {{Quantity: Parameters, Value: {params:.2f}, Unit: M, Source: table}}
      - {{Quantity: FLOPs, Value: {flops:.2f}, Unit: G, Convention: 2xmacs, Source: table}}
    Results:
      - {{Dataset: ImageNet-1k, Metrics: {{Top 1 Accuracy: "{top1:.2f}%"}}, Source: table}}
    Latency:
"""
LATENCY = (
    "      - {{Device: {device}, Precision: {precision}, Input Size: 224,"
    " By Batch: {{1: {one:.3f}, 8: {eight:.3f}}}, Source: table}}\n"
)
SWITCH = """async (value) => {
  const radio = document.querySelector(`.zoo-segments input[value=${value}]`);
  const begun = performance.now();
  radio.click();
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""
SLIDE = """async (step) => {
  const slider = document.querySelector(".zoo-slider");
  const begun = performance.now();
  slider.value = step;
  slider.dispatchEvent(new Event("input", {bubbles: true}));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - begun;
}"""


def zoo(models: int) -> str:
    """Models whose accuracy grows with their cost, with noise; families of 25."""
    chance = random.Random(0)  # noqa: S311 - the same zoo each time
    text = 'Sources:\n  table: {Title: A table, URL: "https://example.org/t"}\nCollections:\n'
    families = -(-models // FAMILY_SIZE)
    text += "".join(
        f"  - {{Name: family{number}, Title: {{en: Family {number}, zh: 系列 {number}}}}}\n"
        for number in range(families)
    )
    text += "Models:\n"
    for number in range(models):
        flops = 10 ** chance.uniform(-0.5, 2)
        text += MODEL.format(
            number=number,
            family=number // FAMILY_SIZE,
            params=flops * chance.uniform(2, 6),
            flops=flops,
            top1=72 + 5 * chance.gauss(0, 0.4) + 5 * (flops**0.25 - 1),
        )
        for device, precision in DEVICES:
            one = flops * chance.uniform(0.5, 2)
            text += LATENCY.format(device=device, precision=precision, one=one, eight=6 * one)
    return text


def build(folder: Path, models: int) -> Path:
    """The site of a made-up zoo."""
    for name in ("mkdocs.yml", "mkdocs.zh.yml", "docs/hook.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    for language in ("en", "zh"):
        (folder / "docs" / language).mkdir()
        shutil.copy(ROOT / "docs" / language / "method.md", folder / "docs" / language)
    (folder / "model-index").mkdir()
    (folder / "model-index/model-index.yml").write_text(zoo(models), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "mkdocs", "build", "-q"], cwd=folder, check=True)
    return folder / "site"


def middle(times: list[float]) -> float:
    """The median."""
    return sorted(times)[len(times) // 2]


def seconds_to_chart(page: Page, address: str) -> float:
    """From the request to the drawn dots, on a processor four times as slow."""
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(address, wait_until="commit")
    page.wait_for_selector(".zoo-dot", state="attached")
    elapsed: float = page.evaluate("performance.now()")
    return elapsed / 1000


def measure(site: Path) -> None:
    """Print what each page weighs, and how long a switch and a slide take."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        for name in ("index.html", "choose.html", "families/family0.html"):
            file = site / name
            content = file.read_bytes()
            print(
                f"{name}: {len(content) / 1e3:.0f} kB, {len(gzip.compress(content)) / 1e3:.0f} gzip"
            )
            page = browser.new_page(viewport={"width": 390, "height": 844})
            print(f"  drawn after {seconds_to_chart(page, file.as_uri()):.2f} s, processor / 4")
            page.close()
            page = browser.new_page(viewport={"width": 1400, "height": 1000})
            page.goto(file.as_uri())
            page.wait_for_selector(".zoo-dot", state="attached")
            costs = ["flops", "params", "latency"] * 5
            print(f"  switch {middle([page.evaluate(SWITCH, cost) for cost in costs]):.0f} ms")
            if page.locator(".zoo-slider").count():
                steps = range(60, 190, 10)
                print(f"  slide {middle([page.evaluate(SLIDE, step) for step in steps]):.0f} ms")
            page.close()
        browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=1500)
    wanted = parser.parse_args().models
    with tempfile.TemporaryDirectory() as folder:
        measure(build(Path(folder), wanted))
