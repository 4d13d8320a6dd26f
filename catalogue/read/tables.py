"""The keys of the entry format: one table per mapping, used by the readers and by the schema.

The single source of what the format knows. Knows nothing of YAML nodes.
"""

from catalogue.entry import Convention, Quantity, Role
from catalogue.read.fields import Field, Shape, Table

ROLES = tuple(role.value for role in Role)
CONVENTIONS = tuple(convention.value for convention in Convention)
QUANTITIES = tuple(quantity.value for quantity in Quantity)
PRECISIONS = ("FP32", "TF32", "FP16", "BF16", "AMP", "INT8", "FP8")
LANGUAGES = ("en", "zh")
INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos", "box", "hamming")

_ROLE = Field(
    "Role", Shape.CHOICE, "Whose word the figure is; reported if left out.", choices=ROLES
)
_SOURCE = Field("Source", Shape.WORDS, "Ids under Sources: who prints this figure.")
_NOTE = Field("Note", Shape.PROSE, "What a reader should know of it.")
_INPUT_SIZE = Field("Input Size", Shape.SIZE, "Pixels of the input: 224, [H, W] or [C, H, W].")

SOURCE = Table(
    title="a source",
    keeps=False,
    fields=(
        Field("Title", Shape.PROSE, "What the page or file is called."),
        Field("URL", Shape.URL, "Where it is; pinned to a commit where it can be."),
        Field("Archive", Shape.URL, "A copy that an archive keeps, for when the page is gone."),
        Field("Commit", Shape.TEXT, "The revision the figures were taken from."),
        Field("Accessed", Shape.TEXT, "The day it was read, as YYYY-MM-DD."),
        Field("Note", Shape.PROSE, "The source's own measurement conditions."),
    ),
)

PAPER = Table(
    title="a paper",
    fields=(
        Field("Title", Shape.TEXT, "Title of the publication."),
        Field("URL", Shape.URL, "Where it is published."),
        Field("arXiv", Shape.TEXT, "arXiv id, quoted: '1707.01629'."),
    ),
)

CODE = Table(
    title="a code reference",
    fields=(
        Field("URL", Shape.URL, "Where the code is, with line anchor."),
        Field("Version", Shape.TEXT, "Release of the code.", kept=True),
    ),
)

LICENSE = Table(
    title="a license",
    fields=(
        Field("Code", Shape.TEXT, "SPDX expression of the code."),
        Field("Weights", Shape.TEXT, "SPDX expression of the weights."),
    ),
)

DISTINCT = Table(
    title="a distinction",
    fields=(
        Field("Ref", Shape.TEXT, "The other model: an id, or `timm:NAME`.", required=True),
        Field("Reason", Shape.PROSE, "How it differs."),
    ),
)

BUILDER = Table(
    title="a builder",
    fields=(
        Field(
            "Target",
            Shape.TEXT,
            "timm:NAME, torchvision:NAME or package.module:callable.",
            required=True,
        ),
        Field("Args", Shape.LIST, "Positional arguments."),
        Field("Kwargs", Shape.ATTRIBUTES, "Keyword arguments."),
        Field("Requires", Shape.WORDS, "Requirement specifiers, such as timm>=1.0."),
    ),
)

RESIZE = Table(
    title="a resize",
    fields=(
        Field("Size", Shape.SIZE, "Pixels of the shorter side, or [H, W]."),
        Field(
            "Mode",
            Shape.CHOICE,
            "What is brought to the size.",
            choices=("shortest", "longest", "squash"),
        ),
        Field("Interpolation", Shape.CHOICE, "How pixels are resampled.", choices=INTERPOLATIONS),
        Field("Antialias", Shape.SWITCH, "Whether downscaling is filtered."),
    ),
)

CROP = Table(
    title="a crop",
    fields=(
        Field("Size", Shape.SIZE, "Pixels of a side, or [H, W]."),
        Field(
            "Mode",
            Shape.CHOICE,
            "Where the crop is taken.",
            choices=("center", "border", "none"),
        ),
    ),
)

PREPROCESSING = Table(
    title="a preprocessing recipe",
    fields=(
        Field("ID", Shape.TEXT, "Name by which results refer to it."),
        Field("Input Size", Shape.SIZE, "Pixels of the model's input: 224 or [C, H, W]."),
        Field("Resize", Shape.TEXT_OR_TABLE, "The resize before the crop.", table=RESIZE),
        Field("Crop", Shape.TEXT_OR_TABLE, "The crop.", table=CROP),
        Field("Crop Pct", Shape.NUMBER, "Crop side over resized side, such as 0.875."),
        Field("Interpolation", Shape.CHOICE, "How pixels are resampled.", choices=INTERPOLATIONS),
        Field("Mean", Shape.NUMBERS, "Subtracted per channel, pixels scaled to 0-1."),
        Field("Std", Shape.NUMBERS, "Divided by, per channel."),
        Field("Color", Shape.CHOICE, "Order of the channels.", choices=("RGB", "BGR", "L")),
        Field("Source", Shape.WORDS, "Ids under Sources: who prints this figure.", kept=True),
    ),
)

WEIGHTS = Table(
    title="a weights file",
    fields=(
        Field("URL", Shape.URL, "Where the file is.", required=True),
        Field("Name", Shape.TEXT, "What tells it from the entry's other files."),
        Field("SHA256", Shape.TEXT, "64 hexadecimal digits."),
        Field("SHA256 Prefix", Shape.TEXT, "The first digits, as in name-71dfe43e0.pth."),
        Field("Bytes", Shape.INTEGER, "Size of the file."),
        Field("Format", Shape.TEXT, "pth, safetensors, npz, onnx, …"),
        Field("License", Shape.TEXT, "SPDX expression."),
        Field("Key", Shape.TEXT, "Where the state dict stands inside the file."),
    ),
)

RESULT = Table(
    title="a result",
    fields=(
        Field("Task", Shape.ANY, "Such as Image Classification."),
        Field("Dataset", Shape.ANY, "Such as ImageNet-1k."),
        Field("Split", Shape.TEXT, "Such as val."),
        Field("Metrics", Shape.METRICS, "Metric names and values: 79.83% or 79.83.", required=True),
        _ROLE,
        _SOURCE,
        Field("Preprocessing", Shape.TEXT, "ID of the recipe it was measured with."),
        _INPUT_SIZE,
        Field("Precision", Shape.TEXT, "Arithmetic it was measured in."),
        Field("Applies To", Shape.TEXT, "Whose weights, if not this entry's."),
        _NOTE,
    ),
)

COST = Table(
    title="a cost",
    fields=(
        Field("Quantity", Shape.CHOICE, "What is counted.", choices=QUANTITIES, required=True),
        Field("Value", Shape.COUNT, "The figure as the source prints it.", required=True),
        Field(
            "Unit",
            Shape.CHOICE,
            "Multiplier of the value.",
            choices=("k", "M", "G", "T", "B", "KB", "MB", "GB", "KiB", "MiB", "GiB"),
        ),
        Field(
            "Convention",
            Shape.CHOICE,
            "Of FLOPs: is a multiply-add counted once or twice?",
            choices=CONVENTIONS,
        ),
        _INPUT_SIZE,
        Field("Tool", Shape.TEXT, "What counted it."),
        _ROLE,
        _SOURCE,
        _NOTE,
    ),
)

LATENCY = Table(
    title="a latency",
    fields=(
        Field("Device", Shape.TEXT, "Such as Tesla V100.", required=True),
        Field("Precision", Shape.CHOICE, "Arithmetic.", choices=PRECISIONS, required=True),
        Field("Runtime", Shape.TEXT, "Such as TensorRT 8.0.3.4."),
        _INPUT_SIZE,
        Field("Unit", Shape.CHOICE, "ms if left out.", choices=("us", "ms", "s", "images/s")),
        Field(
            "Statistic",
            Shape.CHOICE,
            "What is printed.",
            choices=("mean", "median", "p90", "p99", "min", "unknown"),
        ),
        Field("By Batch", Shape.BY_BATCH, "Batch sizes and figures: {1: 8.26, 4: 33.96}."),
        Field("Batch Size", Shape.INTEGER, "Of Value, where there is one figure only."),
        Field("Value", Shape.NUMBER, "The one figure."),
        Field("Per", Shape.CHOICE, "batch if left out.", choices=("batch", "image")),
        Field("Warmup", Shape.INTEGER, "Untimed passes.", kept=True),
        Field("Runs", Shape.INTEGER, "Timed passes.", kept=True),
        _ROLE,
        _SOURCE,
        _NOTE,
    ),
)

_SHARED = (
    Field("Name", Shape.TEXT, "The name in its library; unique in the zoo.", required=True),
    Field("Title", Shape.PROSE, "The name for people."),
    Field("Summary", Shape.PROSE, "One or two sentences."),
    Field("Description", Shape.PROSE, "Markdown."),
    Field("Paper", Shape.TEXT_OR_TABLE, "The publication.", table=PAPER, inherited=True),
    Field("Citation", Shape.TEXT, "BibTeX.", inherited=True),
    Field("License", Shape.TEXT_OR_TABLE, "SPDX expressions.", table=LICENSE, inherited=True),
    Field("Code", Shape.TEXT_OR_TABLE, "Where the code is.", table=CODE, inherited=True),
    Field("README", Shape.TEXT, "A Markdown file or URL.", inherited=True),
    Field("Image", Shape.TEXT, "A picture's path or URL.", kept=True),
    Field("Metadata", Shape.ATTRIBUTES, "Training data, architecture, FLOPs, …", inherited=True),
    Field(
        "Preprocessing",
        Shape.ONE_OR_MORE,
        "From an image file to the input.",
        table=PREPROCESSING,
        inherited=True,
    ),
    Field("Results", Shape.ONE_OR_MORE, "Reported accuracy.", table=RESULT, inherited=True),
    Field(
        "Weights", Shape.LINKS, "URL, or what is known of the file.", table=WEIGHTS, inherited=True
    ),
    Field("Config", Shape.TEXT, "Path or URL of the training config.", inherited=True),
    Field("Converted From", Shape.ATTRIBUTES, "What the weights were made of: {Code, Weights}."),
)

COLLECTION = Table(title="a collection", fields=_SHARED)

MODEL = Table(
    title="a model",
    fields=(
        *_SHARED,
        Field("ID", Shape.TEXT, "Slug: letters, digits, '.', '_' and '-'; unique in the zoo."),
        Field("In Collection", Shape.TEXT, "Name of its collection."),
        Field("Alias", Shape.WORDS, "Other names of the same model."),
        Field("Distinct From", Shape.TABLES, "Other models of like name.", table=DISTINCT),
        Field("Builder", Shape.TEXT_OR_TABLE, "How the model is built.", table=BUILDER),
        Field("Costs", Shape.TABLES, "Reported counts and sizes.", table=COST),
        Field("Latency", Shape.TABLES, "Reported latencies, one row a device.", table=LATENCY),
    ),
)

ROOT = Table(
    title="an index",
    keeps=False,
    fields=(
        Field("Type", Shape.TEXT, "model-index; marks a comment in a Markdown page."),
        Field("Schema", Shape.TEXT, "zoo-index/1."),
        Field("Import", Shape.WORDS, "Paths and globs, relative to this file."),
        Field("Library", Shape.ANY, "The library the models belong to."),
        Field("Sources", Shape.BY_NAME, "Where reported figures come from.", table=SOURCE),
        Field("Collections", Shape.TABLES, "Families of models.", table=COLLECTION),
        Field("Models", Shape.TABLES, "The models.", table=MODEL),
    ),
)

METADATA_KEYS = (
    *("FLOPs", "MACs", "Parameters", "Activations", "File Size"),
    *("Epochs", "Batch Size", "Training Data", "Training Techniques", "Training Resources"),
    *("Training Memory (GB)", "Training Time", "Architecture", "Tasks", "LR", "Layers"),
    *("Crop Pct", "Image Size", "Interpolation", "Momentum", "Weight Decay", "Optimizer"),
    *("Label Smoothing", "Dropout", "Warmup Epochs", "Iterations", "Memory (GB)", "Pretrained"),
    *("inference time (ms/im)", "Resolution"),
)
"""Keys that zoos use inside Metadata; one level up they are said to be misplaced."""
