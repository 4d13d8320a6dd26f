"""Input that means harm, or does it by accident: nothing crashes, hangs or reaches outside."""

import time
from pathlib import Path

import pytest
from written import checked, said, written

from catalogue.read import read_zoo

CIRCLE = "imports itself in a circle; take this import out [import-cycle]"
AROUND = "Models:\n  - Name: a\n    Metadata: {}\n  - Name: b\n"


@pytest.mark.parametrize(
    "value",
    [
        "{a: " + "[" * 40_000 + "]" * 40_000 + "}",
        "{a: " + "[" * 40_000,
        "{a: " * 20_000,
        "\n      a:\n        " + "- " * 30_000 + "x",
        "\n      " + "? " * 30_000 + "x",
        "&a [*a]",
        "\n" + "\n".join(" " * (6 + depth) + "a:" for depth in range(400)),
    ],
    ids=["brackets", "open brackets", "braces", "dashes", "question marks", "recursion", "steps"],
)
def test_deep_nesting_costs_one_model_and_little_time(tmp_path: Path, value: str) -> None:
    begun = time.perf_counter()
    reading = written(tmp_path, AROUND.format(value))
    assert time.perf_counter() - begun < 5
    assert reading.zoo.entries[-1].name == "b"
    assert any(" error: " in message for message in said(reading))


def test_aliases_that_build_a_tower_are_refused(tmp_path: Path) -> None:
    rows = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 500)]
    reading = written(tmp_path, "\n".join(rows) + "\nModels:\n  - Name: m\n    Alias: *a499\n")
    assert any("nested more than 64 deep" in message for message in said(reading))


@pytest.mark.parametrize(
    "tag", ["!!python/object/apply:os.system", "!!python/name:os.system", "!x"]
)
def test_tags_are_errors_and_their_values_plain(tmp_path: Path, tag: str) -> None:
    reading = written(tmp_path, f"Models:\n  - Name: a\n    Title: {tag} 'rm'\n")
    assert reading.zoo.entries[0].title.plain == "rm"
    assert said(reading) == [
        (
            f"3:12: error: tag '{tag}' is not understood; the value is read without it, delete it "
            "[unknown-tag]"
        )
    ]


def test_tags_of_yaml_itself_are_fine(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name: !!str 152\n    Alias: !!seq [!!str a]\n")
    assert reading.zoo.entries[0].aliases == ("a",)
    assert said(reading) == []


def test_an_alias_without_anchor_is_said_and_null(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - Name: a\n    Summary: *bold\n")
    assert said(reading) == [
        "3:14: error: alias '*bold' has no anchor; quote the text if it is none [alias]"
    ]
    assert reading.zoo.entries[0].summary is None


def test_an_anchor_set_twice_costs_the_second_model(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        "Models:\n  - Name: a\n    Alias: &x [k]\n  - Name: b\n    Alias: &x [l]\n  - Name: c\n",
    )
    assert [entry.name for entry in reading.zoo.entries] == ["a", "c"]
    assert said(reading) == [
        (
            "5:12: error: anchor '&x' is set a second time; give it another name; "
            "model or collection 'b' not read (lines 4 to 5) [alias]"
        )
    ]


@pytest.mark.parametrize(
    "path", ["../outside.yml", "/etc/passwd", "sub/../../outside.yml", "../*.yml", "~/x.yml"]
)
def test_nothing_outside_of_the_root_is_imported(tmp_path: Path, path: str) -> None:
    root = tmp_path / "zoo"
    root.mkdir()
    (tmp_path / "outside.yml").write_text("Models:\n  - Name: secret\n", encoding="utf-8")
    reading = written(root, f"Import:\n  - {path}\nModels:\n  - Name: a\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a"]
    assert [message.split(" ")[1] for message in said(reading)] == ["error:"]


def test_a_link_that_leads_outside_is_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "zoo"
    root.mkdir()
    outside = tmp_path / "outside.yml"
    outside.write_text("Models:\n  - Name: secret\n", encoding="utf-8")
    (root / "link.yml").symlink_to(outside)
    (root / "loop.yml").symlink_to(root / "loop.yml")
    reading = written(root, "Import: [link.yml, '*.yml', loop.yml]\nModels:\n  - Name: a\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a"]
    assert sum("leads outside" in message for message in said(reading)) == 2


def test_files_that_import_each_other_are_read_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("Import: [b.yml]\nModels:\n  - Name: a\n", encoding="utf-8")
    (tmp_path / "b.yml").write_text("Import: [a.yml]\nModels:\n  - Name: b\n", encoding="utf-8")
    reading = written(tmp_path, "Import: [a.yml, b.yml, model-index.yml]\n")
    assert [entry.name for entry in reading.zoo.entries] == ["a", "b"]
    assert [str(one) for one in reading.diagnostics] == [
        f"b.yml:1:10: warning: 'a.yml' {CIRCLE}",
        "model-index.yml:1:17: note: 'b.yml' is imported already [import-twice]",
        f"model-index.yml:1:24: warning: 'model-index.yml' {CIRCLE}",
    ]


def test_a_long_chain_of_imports_ends(tmp_path: Path) -> None:
    for number in range(60):
        text = f"Import: [f{number + 1}.yml]\nModels:\n  - Name: m{number}\n"
        (tmp_path / f"f{number}.yml").write_text(text, encoding="utf-8")
    reading = written(tmp_path, "Import: [f0.yml]\n")
    assert len(reading.zoo.entries) == 31
    assert "nested more than 32 deep" in reading.diagnostics[0].message


@pytest.mark.parametrize(
    ("imported", "message"),
    [
        ("sub", "import 'sub' is a folder; expected files, such as 'sub/*.yml' [import-refused]"),
        (
            "a.txt",
            "import 'a.txt' is none of .yml, .yaml, .md, .json; it is not read [import-refused]",
        ),
        ("dpm.yml", "import 'dpm.yml' is not there (did you mean 'dpn.yml'?) [import-missing]"),
        (
            "https://a.org/x.yml",
            "import 'https://a.org/x.yml' is a URL, expected a local path [import-outside]",
        ),
        ("[a]", "Import holds a list, expected a path [import-missing]"),
    ],
)
def test_what_cannot_be_imported_is_said(tmp_path: Path, imported: str, message: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text("x", encoding="utf-8")
    (tmp_path / "dpn.yml").write_text("Models: []\n", encoding="utf-8")
    reading = written(tmp_path, f"Import:\n  - {imported}\n")
    assert said(reading) == [f"2:5: error: {message}"]


@pytest.mark.parametrize(
    "target",
    [
        "os:system",
        "torch.hub:load",
        "timm.models_evil:x",
        "torchvision.datasets.utils:download_url",
        "builtins:eval",
    ],
)
def test_builders_outside_of_the_model_packages_are_not_allowed(
    tmp_path: Path, target: str
) -> None:
    text = f"Models:\n  - Name: m\n    Builder: '{target}'\n"
    reading = written(tmp_path, text)
    assert reading.zoo.entries[0].builder is None
    package = target.partition(":")[0].partition(".")[0]
    assert said(reading) == [
        (
            f"3:14: error: 'm': Builder imports '{package}', which is not allowed; expected "
            "timm:NAME, torchvision:NAME or module:function, or allow the package if you trust it "
            "[builder-not-allowed]"
        )
    ]
    allowed = written(tmp_path, text, allowed=frozenset({package}))
    assert allowed.zoo.entries[0].builder is not None


def test_ids_never_leave_the_records_folder(tmp_path: Path) -> None:
    reading = written(
        tmp_path,
        "Models:\n  - Name: ..\n  - Name: ../../etc/passwd\n  - Name: environments\n"
        "  - Name: 模型\n  - {Name: x, ID: ../x}\n",
    )
    ids = [entry.id for entry in reading.zoo.entries]
    assert ids == ["model", "etc-passwd", "environments-2", "model-2", "x"]


def test_a_path_with_a_nul_or_of_any_length_is_no_file(tmp_path: Path) -> None:
    text = 'Models:\n  - Name: m\n    Config: "a\\0b"\n    README: ' + "x" * 5000 + "\n"
    messages = said(written(tmp_path, text))
    assert len(messages) == 2
    assert all("missing-file" in message for message in messages)


def test_a_folder_named_like_an_index_is_no_index(tmp_path: Path) -> None:
    (tmp_path / "sub.yml").mkdir()
    reading = written(tmp_path, "Import: ['*.yml']\nModels:\n  - Name: a\n")
    assert [entry.name for entry in read_zoo(reading.zoo.root).zoo.entries] == ["a"]


@pytest.mark.parametrize("unit", ["1,", "1.1±", "1x", "1%"])
def test_a_text_of_a_million_digits_is_no_number_and_costs_no_time(
    tmp_path: Path, unit: str
) -> None:
    begun = time.process_time()
    value = f"'{unit * 500_000}'"
    fields = f"    Metadata: {{FLOPs: {value}}}\n    Results: {{Metrics: {{Top 1: {value}}}}}\n"
    reading = written(tmp_path, f"Models:\n  - Name: a\n{fields}  - Name: b\n")
    assert time.process_time() - begun < 3
    assert [entry.name for entry in reading.zoo.entries] == ["a", "b"]
    assert "characters long; expected one number" in said(reading)[0]


def test_a_number_that_braces_split_at_several_commas_is_one_fault(tmp_path: Path) -> None:
    reading = written(tmp_path, "Models:\n  - {Name: a, Metadata: {FLOPs: 1,234,567, LR: 0,1}}\n")
    messages = said(reading)
    assert [message.partition(": ")[0] for message in messages] == ["2:33", "2:48"]
    assert "'1,234', which braces split at the comma" in messages[0]
    assert "'0,1', which braces split at the comma" in messages[1]


def test_no_message_grows_with_what_it_quotes_or_commands_the_terminal(tmp_path: Path) -> None:
    long = "x" * 3000
    text = f"Models:\n  - Name: a\n    License: {long}\n    Builder: {long}\n"
    odd = '    Config: "a\\e[31mb\\0.py"\n'
    messages = [*said(written(tmp_path, text + odd)), *checked(tmp_path, text)]
    assert len(messages) == 3
    assert all(len(message) < 400 and message.isprintable() for message in messages)
