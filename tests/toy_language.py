"""A toy language for tests: English with its capitals and small letters exchanged."""

import re
from pathlib import Path

import yaml
from conftest import ROOT

TOY = "xx"
_GAP = re.compile(r"(\{[a-z_0-9]+\})")
_OWN = {"language.name": "tOYISH", "language.locale": "xx_XX", "theme.search.placeholder": "fIND"}


def toy(text: str) -> str:
    """A text in the toy language; gaps keep their names."""
    return "".join(part if _GAP.fullmatch(part) else part.swapcase() for part in _GAP.split(text))


def toy_labels() -> dict[str, str]:
    """The labels of the toy language, made from the English ones."""
    english = yaml.safe_load((ROOT / "templates/labels/en.yml").read_text(encoding="utf-8"))
    return {key: toy(label) for key, label in english.items()} | _OWN


def add_toy(folder: Path) -> None:
    """Add the toy language to a zoo as a person would: labels, settings, texts."""
    labels = folder / "templates" / "labels"
    labels.mkdir(parents=True, exist_ok=True)
    written = yaml.safe_dump(toy_labels(), allow_unicode=True, width=10**6)
    (labels / f"{TOY}.yml").write_text(written, encoding="utf-8")
    (folder / f"mkdocs.{TOY}.yml").write_text(
        f"INHERIT: mkdocs.yml\nsite_name: {toy('Model catalogue')}\nsite_description: x\n"
        f"copyright: x\ndocs_dir: docs/{TOY}\nsite_dir: site/{TOY}\ntheme: {{language: {TOY}}}\n",
        encoding="utf-8",
    )
    pages = folder / "docs" / TOY
    pages.mkdir(parents=True)
    method = (ROOT / "docs/en/method.md").read_text(encoding="utf-8")
    (pages / "method.md").write_text(method, encoding="utf-8")
    for file in (folder / "model-index").glob("*.yml"):
        file.write_text(_with_texts(file.read_text(encoding="utf-8")), encoding="utf-8")


def _with_texts(entries: str) -> str:
    """Entries with a toy text wherever there is an English one in a flow mapping."""

    def both(text: re.Match[str]) -> str:
        return f"{{en: {text[1]}, {TOY}: {toy(text[1])}, zh:"

    return re.sub(r"\{en: ([^{}]*?), zh:", both, entries)
