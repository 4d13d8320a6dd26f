"""Where templates come from: a zoo's own, laid over the program's.

Reads template files; knows nothing of what they say.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
from jinja2.exceptions import TemplateNotFound

PROGRAM = "catalogue"
"""Under this folder a zoo's templates find the program's: `catalogue/model.md.j2`."""
_PACKAGE = Path(__file__).parent.parent
PARTS = "parts.md.j2"
"""The macros that pages share; those of a zoo replace the program's one by one."""

_Source = tuple[str, str | None, Callable[[], bool] | None]


def templates_folder() -> Path:
    """The package's own templates: beside the modules when installed, else in the checkout."""
    installed = _PACKAGE / "templates"
    return installed if installed.is_dir() else _PACKAGE.parent / "templates"


def template_folders(own: Path | None) -> tuple[Path, ...]:
    """Where templates and labels are looked for: a zoo's own folder, if it has one, before ours."""
    ours = templates_folder()
    if own is None or not own.is_dir() or own.resolve() == ours.resolve():
        return (ours,)
    return (own, ours)


class _PartsLoader(BaseLoader):
    """The macros of every folder in one file: of two by one name, the later is called."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._files = [folder / PARTS for folder in reversed(folders)]

    @property
    def before(self) -> int:
        """The lines that stand before those of the most specific folder."""
        return sum(_text(file).count("\n") for file in self._files[:-1])

    def get_source(self, environment: Environment, template: str) -> _Source:
        del environment
        if template != PARTS or not self._files[-1].is_file():
            raise TemplateNotFound(template)
        return "".join(map(_text, self._files)), str(self._files[-1]), None


def _text(file: Path) -> str:
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return f"{text}\n" if text and not text.endswith("\n") else text


class Layers(ChoiceLoader):
    """The templates of some folders, the most specific first, the program's own last.

    A file replaces the one of the same name behind it, or builds on the program's, which it finds
    under `catalogue/`.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._parts = _PartsLoader(folders)
        program = FileSystemLoader(folders[-1])
        own = [FileSystemLoader(folder) for folder in folders[:-1]]
        super().__init__([self._parts, *own, program, PrefixLoader({PROGRAM: program})])

    def place(self, name: str, line: int | None) -> str:
        """Where a line of a loaded template was written: `templates/home.md.j2:7`."""
        before = self._parts.before if name == PARTS else 0
        if line is not None and line <= before:
            return f"templates/{PROGRAM}/{name}:{line}"
        return f"templates/{name}" + (f":{line - before}" if line is not None else "")


def last_line(traceback: TracebackType | None) -> tuple[str, int] | None:
    """The template and its line in which an exception arose, where that was in one."""
    found = None
    while traceback is not None:
        file = Path(traceback.tb_frame.f_code.co_filename)
        if file.suffix == ".j2":
            found = file.name, traceback.tb_lineno
        traceback = traceback.tb_next
    return found
