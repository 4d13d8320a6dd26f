"""How heavy and how quick the charts are: a made-up zoo, built and opened in Chromium.

Run `python benchmarks/charts.py [--models 1500]`; needs Chromium and the packages of `dev`.
"""

import argparse
import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from zoo import write_zoo

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


def build(folder: Path, models: int) -> Path:
    """The site of a made-up zoo."""
    write_zoo(folder, models)
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
