"""The installed timm's registry: architectures, their tags, and what timm knows of each.

Imports timm, and torch with it, when it is asked to; knows nothing of entries' YAML.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalogue.errors import CatalogueError
from catalogue.importing.licenses import spdx
from catalogue.timm_recipe import TimmConfig, timm_url

if TYPE_CHECKING:
    from timm.models import PretrainedCfg

_ARXIV = re.compile(r"\d{4}\.\d{4,5}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Tag:
    """One configuration of an architecture: weights and how they are used."""

    name: str
    """Empty where timm gives none."""
    config: TimmConfig
    url: str | None
    license: str | None
    classes: int
    arxiv: str | None
    paper: str | None
    origin: str | None
    notes: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Architecture:
    """An architecture of timm's registry."""

    name: str
    module: str
    """Of `timm.models`, such as `resnet`."""
    tags: tuple[Tag, ...]
    """The default one first."""


def read_registry() -> tuple[Architecture, ...]:
    """Every architecture of the installed timm.

    Raises:
        CatalogueError: timm is not installed.
    """
    try:
        import timm  # noqa: PLC0415  # torch: seconds
        from timm.models import get_arch_pretrained_cfgs, model_entrypoint  # noqa: PLC0415
    except ImportError as fault:
        message = f"timm cannot be imported: {fault}; pip install timm"
        raise CatalogueError(message) from None
    return tuple(
        Architecture(
            name=name,
            module=model_entrypoint(name).__module__.rpartition(".")[2],
            tags=tuple(_tag(config) for config in get_arch_pretrained_cfgs(name).values()),
        )
        for name in timm.list_models()
    )


def full_name(architecture: Architecture, tag: Tag) -> str:
    """The name timm builds a tag by."""
    return f"{architecture.name}.{tag.name}" if tag.name else architecture.name


def _tag(config: "PretrainedCfg") -> Tag:
    paper = _ARXIV.search(str(config.paper_ids or ""))
    return Tag(
        name=config.tag or "",
        config=TimmConfig(
            input_size=config.input_size,
            test_input_size=config.test_input_size,
            crop_pct=config.crop_pct,
            test_crop_pct=config.test_crop_pct,
            crop_mode=config.crop_mode,
            interpolation=config.interpolation,
            mean=config.mean,
            std=config.std,
        ),
        url=timm_url(config),
        license=spdx(config.license),
        classes=config.num_classes,
        arxiv=paper[0] if paper else None,
        paper=config.paper_name,
        origin=config.origin_url,
        notes=tuple(config.notes or ()),
    )
