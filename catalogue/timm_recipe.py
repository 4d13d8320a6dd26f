"""timm's `pretrained_cfg` of a model, said as an entry would: its recipe and its weights' address.

Knows timm's words; imports neither timm nor torch.
"""

from typing import TYPE_CHECKING, TypedDict

from catalogue.entry import Preprocessing
from catalogue.errors import CatalogueError
from catalogue.hub import HubFile

if TYPE_CHECKING:
    from timm.models import PretrainedCfg

_DEFAULT_CROP_PCT = 0.875
_HUB_FILE = "model.safetensors"
_MODES = {
    "center": ("shortest", "center"),
    "squash": ("squash", "center"),
    "border": ("longest", "border"),
}
"""timm's one word for what a recipe says in two: (resize_mode, crop_mode)."""


class TimmConfig(TypedDict, total=False):
    """What is read of a timm model's `pretrained_cfg`."""

    input_size: tuple[int, int, int]
    test_input_size: tuple[int, int, int] | None
    crop_pct: float | None
    test_crop_pct: float | None
    crop_mode: str | None
    interpolation: str | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None


def recipe_from_timm(pretrained_cfg: TimmConfig, *, test_size: bool = False) -> Preprocessing:
    """What timm prescribes for a model.

    Args:
        pretrained_cfg: A timm model's `pretrained_cfg`.
        test_size: Whether to take the (larger) size and crop timm publishes results at, where
            it has them, instead of those of training.

    Source: timm `data/config.py`, `resolve_data_config`.

    Raises:
        CatalogueError: timm's crop mode is one that this program does not know.
    """
    size = (pretrained_cfg.get("test_input_size") if test_size else None) or pretrained_cfg.get(
        "input_size", (3, 224, 224)
    )
    crop_pct = (pretrained_cfg.get("test_crop_pct") if test_size else None) or pretrained_cfg.get(
        "crop_pct"
    )
    mode = pretrained_cfg.get("crop_mode") or "center"
    if mode not in _MODES:
        message = f"timm's crop mode is '{mode}'; expected {', '.join(_MODES)}"
        raise CatalogueError(message)
    resize_mode, crop_mode = _MODES[mode]
    usual = Preprocessing()
    channels, height, width = size
    return Preprocessing(
        input_size=(channels, height, width),
        crop_pct=crop_pct or _DEFAULT_CROP_PCT,
        resize_mode=resize_mode,
        crop_mode=crop_mode,
        interpolation=pretrained_cfg.get("interpolation") or "bicubic",
        mean=tuple(pretrained_cfg.get("mean") or usual.mean),
        std=tuple(pretrained_cfg.get("std") or usual.std),
    )


def timm_url(config: "PretrainedCfg") -> str | None:
    """The file timm loads, if there is one.

    Source: timm `models/_builder.py`, `_resolve_pretrained_source`: the hub before other addresses;
    `models/_hub.py`, `load_state_dict_from_hf`: safetensors before other files.
    """
    if not config.hf_hub_id:
        return config.url if isinstance(config.url, str) and config.url else None
    repository, _, revision = config.hf_hub_id.partition("@")
    file = config.hf_hub_filename or _HUB_FILE
    return HubFile(repository=repository, revision=revision or "main", file=file).url
