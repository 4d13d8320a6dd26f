"""Where a zoo is found, and what it may allow."""

from pathlib import Path

import pytest

from catalogue.errors import CatalogueError, WrongCallError
from catalogue.grid import Axes
from catalogue.settings import find_settings


@pytest.fixture
def zoo(tmp_path: Path) -> Path:
    (tmp_path / "model-index").mkdir()
    (tmp_path / "model-index" / "model-index.yml").write_text("Models: []\n")
    return tmp_path


def test_a_zoo_is_found_from_any_folder_inside(zoo: Path) -> None:
    inside = zoo / "docs" / "en"
    inside.mkdir(parents=True)
    settings = find_settings(inside)
    assert settings.index == zoo / "model-index" / "model-index.yml"
    assert settings.project == zoo
    assert settings.measurements == zoo / "model-index" / "measurements"


def test_the_index_can_be_named_by_its_file_or_any_folder_around(zoo: Path) -> None:
    index = zoo / "model-index" / "model-index.yml"
    for name in (index, index.parent, zoo):
        assert find_settings(Path("/"), index=name).index == index


def test_nothing_is_allowed_unless_it_is_written_down(zoo: Path) -> None:
    assert find_settings(zoo).allow == frozenset()
    (zoo / "catalogue.toml").write_text('allow = ["my_models"]\n')
    assert find_settings(zoo).allow == {"my_models"}


def test_a_folder_without_a_zoo_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError) as caught:
        find_settings(tmp_path)
    assert str(caught.value) == (
        f"{tmp_path}: no model index found; expected model-index/model-index.yml here "
        "or in a parent folder; name it with --index PATH"
    )


def test_a_path_that_is_not_there_is_told_from_a_folder_without_an_index(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    with pytest.raises(WrongCallError) as caught:
        find_settings(tmp_path, index=tmp_path / "modles")
    assert str(caught.value) == (
        f"{tmp_path / 'modles'}: no such file or folder (did you mean 'models'?); expected an "
        "index file or a zoo's folder"
    )
    with pytest.raises(WrongCallError, match="the folder has no model index; expected model-index"):
        find_settings(tmp_path, index=tmp_path / "models")


T4 = "[devices.T4]\npeak-tflops = {fp32 = 8.1, fp16 = 65}\nbandwidth-gbs = 320\n"


def test_what_a_device_can_do_stands_in_units_of_its_data_sheet(zoo: Path) -> None:
    (zoo / "catalogue.toml").write_text(T4)
    (found,) = find_settings(zoo).devices
    assert (found.device, found.bandwidth, found.measured) == ("T4", 320e9, None)
    assert found.peaks == (("fp32", 8.1e12), ("fp16", 65e12))


def test_a_zoos_own_grid_leaves_unsaid_what_is_to_be_as_usual(zoo: Path) -> None:
    (zoo / "catalogue.toml").write_text(
        "[latency.cpu]\nbatch-sizes = [1, 16]\nbackends = ['eager', 'openvino']\n"
    )
    axes = Axes(batch_sizes=(1, 16), backends=("eager", "openvino"))
    assert find_settings(zoo).latency == (("cpu", axes),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("allow = 'my_models'", "allow is 'my_models'; expected a list such as [\"my_models\"]"),
        ("allow = [", "not valid TOML: "),
        ("devices = 1", "devices is 1; expected tables such as "),
        (
            "[devices.T4]\nbandwidth-gbs = 320",
            "devices.\"T4\" is {'bandwidth-gbs': 320}; expected ",
        ),
        (T4.replace("320", "'320'"), "devices.\"T4\": '320' is no number; expected "),
        (T4.replace("320", "0"), 'devices."T4": the bandwidth is 0.0; expected a positive number'),
        ("latency = 1", "latency is 1; expected tables such as [latency.cpu] "),
        (
            "[latency.gpu]",
            "latency.gpu; expected latency.cpu or latency.cuda",
        ),
        (
            "[latency.cpu]\nbatch-size = [1]",
            "latency.cpu.batch-size: no such key (did you mean 'batch-sizes'?); expected one of ",
        ),
        ("[latency.cpu]\nbatch-sizes = 1", "latency.cpu.batch-sizes is 1; expected a list, as in "),
        ("[latency.cpu]\nbatch-sizes = [0]", "latency.cpu: batch size 0; expected 1 or more"),
        (
            "[latency.cpu]\nprecisions = []",
            "latency.cpu.precisions is []; expected one or more in ",
        ),
        ("[latency.cpu]\nbatch-sizes = []", "latency.cpu.batch-sizes is []; expected one or more "),
        *(
            (
                f"[latency.cpu]\nbatch-sizes = [{one}]",
                f"latency.cpu.batch-sizes is [{said}]; expected whole numbers alone in the list, ",
            )
            for one, said in (('"a"', "'a'"), ("true", "True"), ("1.5", "1.5"))
        ),
        ("[latency.cpu]\nbackends = [1]", "latency.cpu.backends is [1]; expected names alone in "),
        (
            "[latency.cpu]\nbatch-sizes = [1048577]",
            "latency.cpu: batch size 1048577; expected 1048576 or less",
        ),
        (
            "[latency.cuda]\nbackends = ['cudagraf']",
            "latency.cuda: backend 'cudagraf' (did you mean 'cudagraph'?); expected one of eager, ",
        ),
        (T4.replace("fp16", "fp64"), "devices.\"T4\": precision is 'fp64'; expected one of fp32, "),
    ],
)
def test_a_settings_file_that_cannot_be_used_is_named(zoo: Path, text: str, said: str) -> None:
    (zoo / "catalogue.toml").write_text(text)
    with pytest.raises(CatalogueError) as caught:
        find_settings(zoo)
    assert str(caught.value).startswith(f"catalogue.toml: {said}")
