"""What models are timed under: the usual grid, a zoo's own, and what was asked for."""

import os

import pytest

from catalogue import machine
from catalogue.backend import BACKENDS, BY_NAME
from catalogue.cli import cli
from catalogue.commands import timing
from catalogue.commands.timing_options import TimingWords
from catalogue.errors import WrongCallError
from catalogue.grid import (
    DEVICE_TYPES,
    MEMORY_FORMATS,
    PRECISIONS,
    USUAL,
    Axes,
    cells,
    left_out,
)

CPU = USUAL["cpu"]


def words(**given: object) -> TimingWords:
    fields: dict[str, object] = dict.fromkeys(TimingWords._fields, ()) | {"threads": None}
    return TimingWords(**fields | given)  # type: ignore[arg-type]  # as click would


def test_every_backend_of_the_usual_grid_takes_its_precisions() -> None:
    for device_type, axes in USUAL.items():
        assert left_out(device_type, axes) == ()
        size = len(axes.precisions) * len(axes.batch_sizes)
        assert len(cells(device_type, axes)) == size


def test_a_backend_that_chooses_its_own_layout_is_asked_once() -> None:
    axes = Axes(
        precisions=("fp32",),
        batch_sizes=(1,),
        backends=("eager", "openvino"),
        memory_formats=("contiguous", "channels_last"),
    )
    asked = [(cell.backend, cell.memory_format) for cell in cells("cpu", axes)]
    assert asked == [
        ("eager", "contiguous"),
        ("eager", "channels_last"),
        ("openvino", "contiguous"),
    ]
    assert left_out("cpu", axes) == (
        "openvino chooses its memory format itself and is timed once, not for each",
    )


def test_a_layout_that_cannot_be_chosen_is_the_reason_and_no_precision_is_blamed() -> None:
    axes = Axes(backends=("onnxruntime",), memory_formats=("channels_last",)).over(CPU)
    assert cells("cpu", axes) == ()
    assert left_out("cpu", axes) == (
        (
            "onnxruntime chooses its memory format itself and is timed under contiguous alone; "
            "leave out --memory-format, or name contiguous as well"
        ),
    )


@pytest.mark.parametrize("device_type", DEVICE_TYPES)
@pytest.mark.parametrize("layouts", [("contiguous",), ("channels_last",), MEMORY_FORMATS])
@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("backend", BY_NAME)
def test_every_combination_that_is_not_timed_says_why_and_only_why(
    backend: str, precision: str, layouts: tuple[str, ...], device_type: str
) -> None:
    axes = Axes(
        backends=(backend,), precisions=(precision,), memory_formats=layouts, batch_sizes=(1,)
    )
    said = " ".join(left_out(device_type, axes))
    known = BY_NAME[backend]
    runs = device_type in dict(known.precisions)
    assert ("does not run on" in said) is not runs
    assert (f"takes no {precision} on" in said) is (
        runs and not known.takes(device_type, precision)
    )
    assert ("memory format" in said) is (runs and known.own_layout and "channels_last" in layouts)
    wanted = len(layouts) if runs else 0
    assert bool(said) is (len(cells(device_type, axes)) < wanted or not runs)


def test_what_a_backend_cannot_be_asked_for_is_left_out_and_said() -> None:
    axes = Axes(backends=("onnxruntime", "cudagraph")).over(CPU)
    assert {(one.backend, one.precision) for one in cells("cpu", axes)} == {("onnxruntime", "fp32")}
    assert left_out("cpu", axes) == (
        "onnxruntime takes no bf16 on a CPU, only fp32",
        "cudagraph does not run on a CPU",
    )


def test_batch_sizes_of_one_process_stand_together_each_once() -> None:
    axes = Axes(batch_sizes=(8, 1, 8), memory_formats=("channels_last", "contiguous")).over(CPU)
    found = cells("cpu", axes)
    assert [one.batch_size for one in found] == [1, 8] * 4
    assert [one.memory_format for one in found[::4]] == ["channels_last", "contiguous"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            {"backends": ("openvin",)},
            "--backend 'openvin' (did you mean 'openvino'?); expected one of eager, compile, ",
        ),
        (
            {"precisions": ("half",)},
            "--precision 'half'; expected one of fp32, tf32, fp16, bf16, amp",
        ),
        (
            {"memory_formats": ("nhwc",)},
            "--memory-format 'nhwc'; expected one of contiguous, channels_last",
        ),
        (
            {"threads": 10**6},
            f"--threads 1000000: this process may use {machine.usable_cpus()} processors; ",
        ),
        (
            {"threads": 1, "devices": ("cuda",)},
            "--threads goes with --device cpu; a GPU has none to choose",
        ),
        (
            {"devices": ("cuda:0", "cuda:1")},
            "--device names several GPUs (cuda alone is the first); one run measures on one, so ",
        ),
        (
            {"devices": ("cuda", "cuda:1")},
            "--device names several GPUs (cuda alone is the first); one run measures on one, so ",
        ),
    ],
)
def test_words_that_cannot_be_meant_are_a_wrong_call(given: dict[str, object], said: str) -> None:
    with pytest.raises(WrongCallError) as caught:
        words(**given).wishes()
    assert str(caught.value).startswith(said)


def test_a_precision_that_no_backend_takes_there_is_refused_with_those_it_takes() -> None:
    wishes = words(devices=("cpu",), precisions=("tf32",)).wishes()
    with pytest.raises(WrongCallError) as caught:
        timing.wished_timings(wishes, ())
    assert str(caught.value) == (
        "nothing to time: eager takes no tf32 on a CPU, only fp32, bf16, fp16, amp"
    )


def test_an_asked_backend_that_is_not_installed_names_its_extra() -> None:
    absent = [one for one in BACKENDS if one.extra and machine.absent(one)]
    if not absent:
        pytest.skip("every backend is installed here")
    with pytest.raises(WrongCallError) as caught:
        timing.wished_timings(words(backends=(absent[-1].name,)).wishes(), ())
    assert f"pip install 'zoo-catalogue[{absent[-1].extra}]'" in str(caught.value)


@pytest.mark.skipif(machine.has_gpu(), reason="there is a GPU")
def test_a_gpu_that_is_asked_for_and_not_there_is_a_wrong_call() -> None:
    with pytest.raises(WrongCallError, match=r"^--device cuda: torch finds no CUDA device; "):
        timing.wished_timings(words(devices=("cuda",)).wishes(), ())


def test_a_batch_that_no_memory_holds_is_refused_when_it_is_asked_for() -> None:
    with pytest.raises(WrongCallError) as caught:
        words(batch_sizes=(10**14,)).wishes()
    assert str(caught.value) == "--batch-size 100000000000000; expected 1048576 or less"
    assert words(batch_sizes=(2**20,)).wishes().axes.batch_sizes == (2**20,)


@pytest.mark.parametrize(("able", "precisions"), [(True, ["fp32", "bf16"]), (False, ["fp32"])])
def test_bf16_is_timed_by_default_only_where_the_processor_has_it(
    monkeypatch: pytest.MonkeyPatch, *, able: bool, precisions: list[str]
) -> None:
    monkeypatch.setattr(machine, "computes_bf16", lambda: able)
    said: list[str] = []
    found = timing.axes_for("cpu", Axes(), None, said.append)
    assert list(found.precisions) == precisions
    assert bool(said) is not able
    asked = timing.axes_for("cpu", Axes(precisions=("bf16",)), None, said.append)
    assert asked.precisions == ("bf16",)


def test_options_go_before_the_zoos_own_grid_and_that_before_the_usual_one() -> None:
    own = Axes(precisions=("amp",), batch_sizes=(2,))
    found = timing.axes_for("cpu", Axes(batch_sizes=(3,)), own, print)
    assert found == Axes(precisions=("amp",), batch_sizes=(3,)).over(CPU)


@pytest.mark.parametrize(
    ("line", "able"),
    [
        ("flags\t\t: fpu avx512f avx512_bf16 sse", True),
        ("Features\t: fp asimd bf16 i8mm", True),
        ("flags\t\t: fpu avx2 avx512f", False),
        ("flags\t\t: fpu avx512_bf16x", False),
    ],
)
def test_the_instructions_for_bf16_are_read_from_the_processors_flags(
    line: str, *, able: bool
) -> None:
    assert machine.flags_tell_bf16(f"processor\t: 0\n{line}\nbugs\t: bf16\n") is able


@pytest.mark.parametrize(
    ("visible", "word", "left"),
    [(None, "cuda:1", "1"), ("4,6", "cuda:1", "6"), ("4,6", "cuda", "4,6")],
)
def test_one_of_several_gpus_is_chosen_among_those_to_be_seen(
    monkeypatch: pytest.MonkeyPatch, visible: str | None, word: str, left: str
) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    if visible is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    assert timing.choose_gpu([word]) == ("cuda",)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == left


def test_a_gpu_that_is_not_to_be_seen_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    with pytest.raises(WrongCallError, match="cuda:1: CUDA_VISIBLE_DEVICES is '0', 1 GPUs"):
        timing.choose_gpu(["cuda:1"])


def test_every_backend_is_named_in_the_help_of_its_option() -> None:
    from catalogue.commands.timing_options import timing_options  # noqa: PLC0415  # one test's

    command = timing_options(lambda **_: None)
    (option,) = (one for one in command.__click_params__ if one.name == "backends")  # type: ignore[attr-defined]  # click's
    assert [name for name in BY_NAME if name not in option.help] == []


def test_a_grid_of_which_no_backend_is_installed_times_nothing_and_says_it_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "absent", lambda one: ("it",) if one.extra else ())
    monkeypatch.setattr(machine, "has_gpu", lambda: False)
    own = (("cpu", Axes(backends=("openvino",))),)
    assert timing.wished_timings(words().wishes(), own) == ()
    assert capsys.readouterr().err == (
        "cpu: nothing is timed: openvino: it not installed; pip install 'zoo-catalogue[openvino]'\n"
    )
    both = (("cpu", Axes(backends=("openvino", "eager"))),)
    assert {one.backend for one in timing.wished_timings(words().wishes(), both)} == {"eager"}
    assert "cpu: left out: openvino: it not installed" in capsys.readouterr().err


def test_where_nothing_is_left_of_what_options_ask_for_the_call_is_wrong(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "absent", lambda one: ("it",) if one.extra else ())
    own = (("cpu", Axes(backends=("openvino",))),)
    with pytest.raises(WrongCallError, match="nothing to time: cpu: nothing is timed: openvino"):
        timing.wished_timings(words(devices=("cpu",)).wishes(), own)


@pytest.mark.parametrize(
    ("option", "values"), [("--threads", ("1", "2")), ("--input-size", ("224", "288"))]
)
def test_a_second_value_is_refused_where_a_run_goes_with_one(
    option: str, values: tuple[str, str]
) -> None:
    twice = ["refresh", "--all", *(word for one in values for word in (option, one))]
    with pytest.raises(WrongCallError) as caught:
        cli(twice, standalone_mode=False)
    assert str(caught.value) == (
        f"{option} is given 2 times; expected once: one run goes with one, so start a run for each"
    )
