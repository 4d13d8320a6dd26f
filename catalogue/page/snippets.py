"""Code that a reader can paste: loading, predicting, features, fine-tuning, training, validating.

Written from an entry's builder and recipe. Knows no language beyond Python and the shell.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from textwrap import dedent, indent

from catalogue.entry import Builder, Entry, Json, Preprocessing

_LINE = 88


@dataclass(frozen=True, kw_only=True, slots=True)
class Snippet:
    """A piece of code."""

    name: str
    """`predict`, `features`, `fine-tune`, `train`, `validate`, `refresh`: its label's key."""
    language: str
    """`python` or `shell`."""
    code: str


def python_snippets(entry: Entry) -> tuple[Snippet, ...]:
    """Predict one image, extract features, prepare for fine-tuning."""
    if entry.builder is None:
        return ()
    found = [Snippet(name="predict", language="python", code=_predict(entry, entry.builder))]
    if entry.builder.scheme == "timm":
        found.append(
            Snippet(name="features", language="python", code=_features(entry, entry.builder))
        )
        found.append(
            Snippet(name="fine-tune", language="python", code=_fine_tune(entry, entry.builder))
        )
    return tuple(found)


def shell_snippets(entry: Entry) -> tuple[Snippet, ...]:
    """Train and validate with timm's own scripts, where timm builds the model."""
    builder = entry.builder
    if builder is None or builder.scheme != "timm" or builder.args or builder.kwargs:
        return ()
    clone = "git clone https://github.com/huggingface/pytorch-image-models\ncd pytorch-image-models"
    train = f"{clone}\n{_command(_launch(entry), _training_options(entry, builder))}"
    snippets = [Snippet(name="train", language="shell", code=train)]
    if entry.weights:
        options = ["--data-dir /path/to/imagenet", f"--model {builder.name}", "--pretrained"]
        command = _command("python validate.py", [*options, *_recipe_options(entry.recipe)])
        code = f"{clone}\n{command}"
        snippets.append(Snippet(name="validate", language="shell", code=code))
    return tuple(snippets)


def refresh_snippet(entry: Entry) -> Snippet:
    """The commands that measure each kind of figure of this page again."""
    commands = [f"catalogue refresh --model {entry.id} --only complexity"]
    commands.append(f"catalogue refresh --model {entry.id} --only latency")
    if entry.weights:
        commands.append(
            f"catalogue refresh --model {entry.id} --only accuracy --imagenet /path/to/imagenet"
        )
    return Snippet(name="refresh", language="shell", code="\n".join(commands))


def recipe_code(recipe: Preprocessing) -> str | None:
    """The recipe as torchvision transforms; None for what they cannot say."""
    resize = recipe.resize_pixels()
    crop = recipe.crop_size or (recipe.input_size[1:] if recipe.input_size else None)
    if recipe.resize_mode not in ("shortest", "squash") or recipe.crop_mode == "border":
        return None
    steps = [f"transforms.Lambda(lambda image: image.convert({_literal(recipe.color)}))"]
    if resize is not None:
        mode = f"transforms.InterpolationMode.{recipe.interpolation.upper()}"
        target = (resize, resize) if _squashes(recipe, resize) else resize
        steps.append(f"transforms.Resize({target}, {mode}, antialias={recipe.antialias})")
    if crop is not None and recipe.crop_mode == "center":
        steps.append(f"transforms.CenterCrop({_square(crop)})")
    steps.append("transforms.ToTensor()")
    steps.append(f"transforms.Normalize({_rounded(recipe.mean)}, {_rounded(recipe.std)})")
    body = ",\n".join(f"    {step}" for step in steps)
    return f"transform = transforms.Compose([\n{body},\n])"


def _squashes(recipe: Preprocessing, resize: int | tuple[int, int]) -> bool:
    return recipe.resize_mode == "squash" and isinstance(resize, int)


def _square(crop: int | tuple[int, int]) -> int | tuple[int, int]:
    return crop[0] if isinstance(crop, tuple) and crop[0] == crop[1] else crop


def _rounded(values: Iterable[float]) -> str:
    return "(" + ", ".join(f"{value:.8g}" for value in values) + ")"


def _predict(entry: Entry, builder: Builder) -> str:
    timm_knows = builder.scheme == "timm" and not builder.kwargs and bool(entry.weights)
    code = None if timm_knows or entry.recipe is None else recipe_code(entry.recipe)
    imports = ["import torch", "from PIL import Image"]
    if builder.scheme == "timm":
        imports.insert(0, "import timm")
    if code is not None:
        imports.append("from torchvision import transforms")
    imports.extend(_builder_imports(builder))
    parts = ["\n".join(imports), _build(entry, builder)]
    if code is None and builder.scheme != "timm":
        return "\n\n".join([*parts, _RANDOM]) + "\n"
    return "\n\n".join([*parts, code or _TIMM_TRANSFORM, _PREDICTION]) + "\n"


_PREDICTION = dedent("""\
    image = Image.open("photo.jpg").convert("RGB")
    with torch.inference_mode():
        probabilities = model(transform(image).unsqueeze(0)).softmax(dim=1)[0]
    for probability, index in zip(*probabilities.topk(5)):
        print(f"{index.item():4d}  {probability.item():.1%}")""")


_TIMM_TRANSFORM = dedent("""\
    config = timm.data.resolve_model_data_config(model)
    transform = timm.data.create_transform(**config, is_training=False)""")
_RANDOM = dedent("""\
    with torch.inference_mode():
        print(model(torch.randn(1, 3, 224, 224)).shape)""")
"""For a model that no recipe is known of."""


def _builder_imports(builder: Builder) -> Iterable[str]:
    if builder.scheme == "torchvision":
        yield "from torchvision.models import get_model"
    if builder.scheme == "python":
        module = builder.target.partition(":")[0]
        yield f"from {module} import {builder.name.partition('.')[0]}"


def _build(entry: Entry, builder: Builder) -> str:
    """The statement that makes the model, with its weights where the builder can fetch them."""
    arguments = [_literal(value) for value in builder.args]
    arguments += [f"{key}={_literal(value)}" for key, value in builder.kwargs.items()]
    pretrained = bool(entry.weights) and not builder.kwargs
    if builder.scheme == "timm":
        call = _call(
            "timm.create_model", [_literal(builder.name), *arguments, *_flag(pretrained=pretrained)]
        )
    elif builder.scheme == "torchvision":
        weights = ['weights="DEFAULT"'] if pretrained else []
        call = _call("get_model", [_literal(builder.name), *arguments, *weights])
    else:
        call = _call(builder.name, arguments)
    return f"model = {call}\n{_load(entry, builder)}model.eval()"


def _load(entry: Entry, builder: Builder) -> str:
    """Loading a state dict by hand, where the builder has no switch for these weights."""
    fetches = builder.scheme != "python" and not builder.kwargs
    if fetches or not entry.weights:
        return ""
    weights = entry.weights[0]
    picked = f"[{_literal(weights.key)}]" if weights.key else ""
    fetch = _call(
        "torch.hub.load_state_dict_from_url", [_literal(weights.url), 'map_location="cpu"']
    )
    return f"state = {fetch}\nmodel.load_state_dict(state{picked})\n"


def _flag(*, pretrained: bool) -> list[str]:
    return ["pretrained=True"] if pretrained else []


def _call(function: str, arguments: list[str]) -> str:
    line = f"{function}({', '.join(arguments)})"
    if len(line) <= _LINE:
        return line
    body = indent(",\n".join(arguments), "    ")
    return f"{function}(\n{body},\n)"


def _literal(value: Json) -> str:
    """A YAML value as Python writes it; lists become tuples, as model builders want them."""
    if isinstance(value, list):
        items = ", ".join(_literal(item) for item in value)
        return f"({items},)" if len(value) == 1 else f"({items})"
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{_literal(key)}: {_literal(item)}" for key, item in value.items())
            + "}"
        )
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _adapted(entry: Entry, builder: Builder, classes: int) -> str:
    """The call that makes the model with another classifier, or with none (0)."""
    given = [
        f"{key}={_literal(value)}" for key, value in builder.kwargs.items() if key != "num_classes"
    ]
    flag = _flag(pretrained=bool(entry.weights) and not builder.kwargs)
    return _call(
        "timm.create_model", [_literal(builder.name), *given, *flag, f"num_classes={classes}"]
    )


def _features(entry: Entry, builder: Builder) -> str:
    size = entry.recipe.input_size if entry.recipe else None
    shape = ", ".join(str(side) for side in (1, *(size or (3, 224, 224))))
    return (
        "import timm\nimport torch\n\n"
        f"model = {_adapted(entry, builder, 0)}\n"
        "model.eval()\n\n"
        f"batch = torch.randn({shape})\n"
        "with torch.inference_mode():\n"
        "    embedding = model(batch)\n"
        "    feature_map = model.forward_features(batch)\n"
        "print(tuple(embedding.shape), tuple(feature_map.shape))\n"
    )


def _fine_tune(entry: Entry, builder: Builder) -> str:
    return (
        "import timm\nimport torch\n\n"
        f"model = {_adapted(entry, builder, 10)}\n"
        "head = model.get_classifier()\n"
        "head_params = set(head.parameters())\n"
        "rest = [p for p in model.parameters() if p not in head_params]\n"
        "optimizer = torch.optim.SGD(\n"
        '    [{"params": head.parameters(), "lr": 0.1}, {"params": rest, "lr": 0.01}],\n'
        "    momentum=0.9,\n"
        "    weight_decay=1e-4,\n"
        ")\n"
    )


PROCESSES = 8
"""Among which training commands split an entry's batch."""
_OPTIONS = (
    ("Epochs", "--epochs"),
    ("LR", "--lr"),
    ("Momentum", "--momentum"),
    ("Weight Decay", "--weight-decay"),
    ("Dropout", "--drop"),
)
"""Metadata of entries that timm's training script takes as it is."""


def _training_options(entry: Entry, builder: Builder) -> list[str]:
    written = _written(entry)
    architecture = builder.name.partition(".")[0]
    options = ["--data-dir /path/to/imagenet", f"--model {architecture}"]
    batch = _batch_size(entry)
    if batch is not None:
        options.append(f"--batch-size {batch // PROCESSES}")
    for name, option in _OPTIONS:
        values = written.get(name, ())
        if len(values) == 1 and _is_number(values[0]):
            options.append(f"{option} {values[0]}")
    techniques = " ".join(written.get("Training Techniques", ())).casefold()
    if "nesterov" in techniques:
        options.append("--opt sgd")
    elif "sgd" in techniques:
        options.append("--opt momentum")
    return [*options, *_recipe_options(entry.recipe)]


def _written(entry: Entry) -> Mapping[str, tuple[str, ...]]:
    return {attribute.name: attribute.values for attribute in entry.metadata}


def _batch_size(entry: Entry) -> int | None:
    """The entry's batch, where it can be split; timm's option is per process."""
    text = "".join(_written(entry).get("Batch Size", ()))
    return int(text) if text.isdecimal() and int(text) % PROCESSES == 0 and int(text) else None


def _launch(entry: Entry) -> str:
    split = _batch_size(entry) is not None
    return f"torchrun --nproc_per_node={PROCESSES} train.py" if split else "python train.py"


def _recipe_options(recipe: Preprocessing | None) -> list[str]:
    if recipe is None:
        return []
    options = []
    if recipe.input_size is not None:
        options.append("--input-size " + " ".join(str(side) for side in recipe.input_size))
    options.append(f"--interpolation {recipe.interpolation}")
    if recipe.crop_pct is not None:
        options.append(f"--crop-pct {recipe.crop_pct:g}")
    options.append("--mean " + " ".join(f"{value:.8g}" for value in recipe.mean))
    options.append("--std " + " ".join(f"{value:.8g}" for value in recipe.std))
    return options


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _command(program: str, options: list[str]) -> str:
    return " \\\n    ".join([program, *options])
