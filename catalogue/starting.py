"""A new zoo in a folder: example entries, the site's settings, a CI workflow.

Copies what the program itself is shipped with, so that a new zoo has today's files.
"""

from collections.abc import Mapping
from pathlib import Path

from catalogue import __version__
from catalogue.errors import WrongCallError
from catalogue.read import schema

_STARTER = Path(__file__).parent / "starter"
_SITE = (
    "mkdocs.yml",
    "mkdocs.zh.yml",
    "docs/hook.py",
    "docs/en/method.md",
    "docs/zh/method.md",
)
"""What a new zoo takes over from this project's own site."""
_GUIDES = {
    "templates/README.md": "docs/templates.md",
    "templates/README.zh.md": "docs/templates.zh.md",
}
"""Pages of the program's documentation that a new zoo needs at hand, by what it calls them."""
_UNSEEN = frozenset({".git", ".DS_Store"})
_LISTED = 5


def start_zoo(folder: Path, *, add: bool = False) -> tuple[str, ...]:
    """Write the files of a new zoo.

    Args:
        folder: Made where it does not exist.
        add: Whether the folder may hold files already; none of them is overwritten.

    Returns:
        The files written, relative to the folder, sorted.

    Raises:
        WrongCallError: the folder is none, cannot be written, or holds files and `add` is false.
    """
    _refuse(folder, add=add)
    written = []
    try:
        for name, text in sorted(starter_files().items()):
            path = folder / name
            if path.exists() or path.is_symlink():
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(name)
    except OSError as fault:
        message = f"{fault.filename or folder}: cannot be written: {fault.strerror}"
        raise WrongCallError(message) from None
    return tuple(written)


def starter_files() -> Mapping[str, str]:
    """The texts of a new zoo's files, by path."""
    files = {_target(path): _text(path) for path in _STARTER.rglob("*") if path.is_file()}
    files["requirements.txt"] = files["requirements.txt"].format(version=__version__)
    files |= {name: _text(_shipped(name)) for name in _SITE}
    names = {Path(page).name: Path(name).name for name, page in _GUIDES.items()}
    for name, page in _GUIDES.items():
        text = _text(_shipped(page))
        for link, there in names.items():
            text = text.replace(f"]({link})", f"]({there})")
        files[name] = text
    files[schema.FILE] = schema.schema_text()
    return files


def _refuse(folder: Path, *, add: bool) -> None:
    if folder.exists() and not folder.is_dir():
        message = f"{folder}: is a file, expected a folder to start the zoo in"
        raise WrongCallError(message)
    found = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    names = [name for name in found if name not in _UNSEEN]
    if names and not add:
        more = ", …" if len(names) > _LISTED else ""
        message = (
            f"{folder}: is not empty ({', '.join(names[:_LISTED])}{more}); name a new folder, or "
            "pass --add to write what is missing and overwrite nothing"
        )
        raise WrongCallError(message)


def _target(path: Path) -> str:
    """Where a starter file goes: `dot-` stands for a dot, and Python ends in `.py.txt`."""
    parts = path.relative_to(_STARTER).as_posix().replace("dot-", ".", 1)
    return parts.replace(".py.txt", ".py")


def _shipped(name: str) -> Path:
    """A file of this project's own site: in the package when installed, else in the checkout."""
    installed = Path(__file__).parent / "shipped" / name
    return installed if installed.is_file() else Path(__file__).parent.parent / name


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
