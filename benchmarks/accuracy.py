"""Images a second against timm's validation, for one model and for eight that share a transform.

Makes JPEGs of ImageNet's usual size, then validates nets with random weights on them, by turns,
with this program and as timm's `validate.py` does it: its data set, loader (two workers), model.
Each turn is a process of its own. Its imports and the building of models are not counted; opening
the images, starting workers and writing the pixel cache are. One run compares like with like: a
machine that others share slows both.

python benchmarks/accuracy.py [--images 1000] [--rounds 3] [--only one|eight]
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ONE = ("mobilenetv3_small_100", "resnet18")
EIGHT = (
    "mobilenetv3_small_050",
    "mobilenetv3_small_075",
    "mobilenetv3_small_100",
    "tinynet_e",
    "lcnet_035",
    "lcnet_050",
    "lcnet_075",
    "lcnet_100",
)
"""Small models; all are given the transform of the first, as zoos' recipes are shared."""
SYNSETS = ("n01440764", "n01443537", "n01484850", "n01491361", "n01494475")


def main() -> None:
    """Run the comparison, or one turn of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--images", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=("one", "eight"))
    parser.add_argument("--turn", nargs=3, metavar=("WHO", "FOLDER", "MODELS"))
    words = parser.parse_args()
    if words.turn:
        who, folder, models = words.turn
        turn = {"timm": with_timm, "catalogue": with_catalogue}[who]
        print(json.dumps(turn(Path(folder), models.split(","))))
        return
    with tempfile.TemporaryDirectory() as folder:
        make_images(Path(folder), words.images)
        for names in [*((one,) for one in ONE if words.only != "eight")] + [EIGHT] * (
            words.only != "one"
        ):
            compare(Path(folder), names, words.images, words.rounds)


def make_images(folder: Path, count: int) -> None:
    """JPEGs of 500 x 375, coarse structure under fine: about as many bytes as ImageNet's."""
    from PIL import Image  # noqa: PLC0415  # turns import what they measure

    dice = random.Random(0)  # noqa: S311  # pictures, not secrets
    for number in range(count):
        synset = SYNSETS[number % len(SYNSETS)]
        (folder / synset).mkdir(exist_ok=True)
        coarse = Image.frombytes("RGB", (12, 9), dice.randbytes(12 * 9 * 3))
        fine = Image.frombytes("RGB", (250, 188), dice.randbytes(250 * 188 * 3))
        size = (500, 375) if number % 4 else (375, 500)
        picture = Image.blend(coarse.resize(size, 3), fine.resize(size, 3), 0.5)
        picture.save(folder / synset / f"{synset}_{number:05d}.JPEG", quality=90)


def compare(folder: Path, models: tuple[str, ...], images: int, rounds: int) -> None:
    """Print both speeds, and their ratio turn by turn."""
    ratios: list[float] = []
    speeds: dict[str, list[float]] = {"timm": [], "catalogue": []}
    for _ in range(rounds):
        for who, found in speeds.items():
            seconds, hits = one_turn(who, folder, models)
            found.append(len(models) * images / seconds)
            print(f"  {who:<10} {found[-1]:8.1f} images/s   hits {hits}", flush=True)
        ratios.append(speeds["catalogue"][-1] / speeds["timm"][-1])
    name = models[0] if len(models) == 1 else f"{len(models)} that share a transform"
    print(
        f"{name}: timm {median(speeds['timm']):.1f}, catalogue {median(speeds['catalogue']):.1f} "
        f"images/s; ratios {', '.join(f'{one:.2f}' for one in ratios)}; median {median(ratios):.2f}"
    )


def one_turn(who: str, folder: Path, models: tuple[str, ...]) -> tuple[float, list[int]]:
    """Seconds and hits of a fresh process."""
    words = [sys.executable, __file__, "--turn", who, str(folder), ",".join(models)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    seconds, hits = json.loads(done.stdout.splitlines()[-1])
    return seconds, hits


def with_timm(folder: Path, models: list[str]) -> tuple[float, list[int]]:
    """As timm 1.0's `validate.py` does it, model by model, in its default settings.

    Source: https://github.com/huggingface/pytorch-image-models/blob/v1.0.20/validate.py
    """
    import torch  # noqa: PLC0415  # a turn imports what it measures
    from timm.data import create_dataset, create_loader, resolve_data_config  # noqa: PLC0415
    from timm.models import create_model  # noqa: PLC0415

    device = torch.device("cpu")
    seconds, hits = 0.0, []
    for name in models:
        torch.manual_seed(0)
        model = create_model(name, pretrained=False, num_classes=1000).to(device).eval()
        config = resolve_data_config(RECIPE, model=model, use_test_size=True)
        start = time.perf_counter()
        dataset = create_dataset(root=str(folder), name="", split="validation")
        loader = create_loader(
            dataset,
            input_size=config["input_size"],
            batch_size=256,
            use_prefetcher=True,
            interpolation=config["interpolation"],
            mean=config["mean"],
            std=config["std"],
            num_workers=2,
            crop_pct=config["crop_pct"],
            crop_mode=config["crop_mode"],
            pin_memory=False,
            device=device,
        )
        found = 0
        with torch.inference_mode():
            for inputs, target in loader:
                found += int((model(inputs).argmax(dim=1) == target).sum())
        seconds += time.perf_counter() - start
        hits.append(found)
    return seconds, hits


RECIPE: dict[str, object] = {
    "input_size": (3, 224, 224),
    "crop_pct": 0.875,
    "interpolation": "bicubic",
    "mean": (0.485, 0.456, 0.406),
    "std": (0.229, 0.224, 0.225),
}


def with_catalogue(folder: Path, models: list[str]) -> tuple[float, list[int]]:
    """As `catalogue refresh` validates models one after another, with an empty pixel cache."""
    import torch  # noqa: PLC0415  # a turn imports what it measures
    from timm.models import create_model  # noqa: PLC0415

    from catalogue import machine  # noqa: PLC0415
    from catalogue.entry import Preprocessing  # noqa: PLC0415
    from catalogue.images.opening import open_images  # noqa: PLC0415
    from catalogue.validate.engine import Candidate, validate  # noqa: PLC0415
    from catalogue.validate.validation import Validation  # noqa: PLC0415

    recipe = Preprocessing(**RECIPE)  # type: ignore[arg-type]  # one dict for both programs
    hits = []
    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        validation = Validation(
            images=open_images(folder),
            threads=machine.usable_cpus(),
            pixel_cache=Path(cache) / "pixels",
            runs=Path(cache) / "runs",
        )
        seconds = time.perf_counter() - start
        for name in models:
            torch.manual_seed(0)
            model = create_model(name, pretrained=False, num_classes=1000)
            start = time.perf_counter()
            candidate = Candidate(
                model=model, recipe=recipe, weights_sha256="", key=name, device_name="cpu"
            )
            outcome = validate(candidate, validation)
            outcome.journal.forget()
            seconds += time.perf_counter() - start
            hits.append(outcome.accuracy.top1_hits)
    return seconds, hits


if __name__ == "__main__":
    main()
