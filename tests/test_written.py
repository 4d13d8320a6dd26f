"""Files that the program wrote and a site that shares their bytes."""

from pathlib import Path

from catalogue.written import finish, open_folder, share, write


def rendered(root: Path, content: bytes) -> None:
    folder = open_folder(root)
    write(folder, "api/models.json", content)
    write(folder, "plots/a.svg", content)
    finish(folder)


def test_a_site_shares_the_bytes_of_what_was_written_and_of_nothing_else(tmp_path: Path) -> None:
    docs, site = tmp_path / "docs", tmp_path / "site"
    rendered(docs, b"1")
    (docs / "api/own.json").write_bytes(b"by hand")
    targets = {path: site / path for path in ("api/models.json", "api/own.json")}
    assert share(docs, targets) == ("api/models.json",)
    assert (site / "api/models.json").samefile(docs / "api/models.json")
    assert [file.name for file in site.rglob("*.*")] == ["models.json"]


def test_writing_anew_leaves_what_a_site_shares_as_it_was(tmp_path: Path) -> None:
    docs, shared = tmp_path / "docs", tmp_path / "site" / "models.json"
    rendered(docs, b"1")
    share(docs, {"api/models.json": shared})
    rendered(docs, b"2")
    assert shared.read_bytes() == b"1"
    assert (docs / "api/models.json").read_bytes() == b"2"


def test_folders_that_held_only_what_was_removed_go_with_it(tmp_path: Path) -> None:
    folder = open_folder(tmp_path)
    for path in ("api/badges/a/top1.svg", "api/badges/b/top1.svg", "api/models.json"):
        write(folder, path, b"1")
    finish(folder)
    (tmp_path / "api/badges/b/own.svg").write_bytes(b"by hand")
    folder = open_folder(tmp_path)
    write(folder, "api/models.json", b"1")
    assert len(finish(folder).removed) == 2
    left = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*"))
    assert left == [
        *(".rendered", "api", "api/badges", "api/badges/b", "api/badges/b/own.svg"),
        "api/models.json",
    ]


def test_what_lies_in_a_site_already_stays_and_the_rest_is_shared(tmp_path: Path) -> None:
    docs, site = tmp_path / "docs", tmp_path / "site"
    rendered(docs, b"1")
    site.mkdir()
    (site / "old.json").write_bytes(b"0")
    targets = {"api/models.json": site / "old.json", "plots/a.svg": site / "a.svg"}
    assert share(docs, targets) == ("plots/a.svg",), "what lies there may be something else"
    assert (site / "old.json").read_bytes() == b"0"
    assert (site / "a.svg").read_bytes() == b"1"
