"""Each backend answers as eager fp32 does, says in what precision, or why it cannot."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from catalogue.failing import failure
from catalogue.measure.backends.agreement import (
    Agreement,
    answers,
    compared,
    fault_in,
    questions,
    reference,
)
from catalogue.measure.backends.choose import prepare
from catalogue.measure.backends.faults import failing_as, is_out_of_memory
from catalogue.measure.backends.prepared import CannotRunError, Prepared, Settings
from catalogue.measure.precision import agrees

INPUT_SIZE = (3, 16, 16)


class Small(nn.Module):
    """Convolution, norm, a residual and a head: enough for layouts and fusions to matter."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1, bias=False), nn.BatchNorm2d(8))
        self.body = nn.Conv2d(8, 8, 3, padding=1)
        self.head = nn.Linear(8, 10)

    def forward(self, images: Tensor) -> Tensor:
        features = torch.relu(self.stem(images))
        features = features + torch.relu(self.body(features))
        scores: Tensor = self.head(features.mean((2, 3)))
        return scores


class Asking(Small):
    """Asks a tensor for its values, which no tracer can know."""

    def forward(self, images: Tensor) -> Tensor:
        return super().forward(images) * (2.0 if images.sum().item() > 1e9 else 1.0)


def small(kind: Callable[[], nn.Module] = Small) -> nn.Module:
    torch.manual_seed(0)
    return kind().eval().requires_grad_(requires_grad=False)


def on_cpu(precision: str = "fp32", *, memory_format: str = "contiguous") -> Settings:
    return Settings(device_type="cpu", precision=precision, memory_format=memory_format, threads=1)


def prepared(
    backend: str, settings: Settings, *, batch_size: int = 2, model: nn.Module | None = None
) -> tuple[Prepared, Agreement]:
    model = model or small()
    images = questions(INPUT_SIZE, batch_size)
    ready = prepare(backend, model, images[:batch_size], settings)
    expected = reference(model, images, settings, batch_size=batch_size)
    found = compared(answers(ready, images, batch_size=batch_size), expected)
    return ready, found


@pytest.mark.parametrize(
    ("backend", "settings"),
    [
        ("eager", on_cpu()),
        ("eager", on_cpu(memory_format="channels_last")),
        ("eager", on_cpu("bf16")),
        ("eager", on_cpu("fp16")),
        ("eager", on_cpu("amp")),
        ("onnxruntime", on_cpu()),
        ("openvino", on_cpu()),
    ],
    ids=str,
)
def test_a_backend_answers_in_the_precision_asked_for(backend: str, settings: Settings) -> None:
    ready, found = prepared(backend, settings)
    assert fault_in(found, settings.precision) is None
    assert agrees(settings.precision, ready.read_back().precision)
    assert found.relative_error is not None
    low, high = {"fp32": (0, 1e-5), "fp16": (1e-5, 1e-2)}.get(settings.precision, (1e-4, 5e-2))
    assert low <= found.relative_error <= high


@pytest.mark.parametrize("backend", ["eager", "onnxruntime", "openvino"])
def test_a_backend_answers_each_input_anew_at_each_batch_size(backend: str) -> None:
    model = small()
    first, second = (questions(INPUT_SIZE, size) for size in (1, 3))
    for images in (first[:1], second):
        ready = prepare(backend, model, images, on_cpu())
        placed = [ready.place(part) for part in (images, 2 * images)]
        given = [ready.run(part).clone() for part in placed * 2]
        torch.testing.assert_close(given[0], model(images))
        torch.testing.assert_close(given[1], model(2 * images))
        assert torch.equal(given[2], given[0])
        assert torch.equal(given[3], given[1])
    assert (ready.earlier_s > 0) is (backend != "eager")


@pytest.mark.parametrize(
    ("backend", "because"),
    [
        ("onnxruntime", "torch.export failed: "),
        ("openvino", "torch.export failed: "),
    ],
)
def test_a_model_that_cannot_be_exported_is_a_failure_of_one_line(
    backend: str, because: str
) -> None:
    with pytest.raises(CannotRunError) as caught:
        prepared(backend, on_cpu(), model=small(Asking))
    assert caught.value.why.reason.startswith(because)
    assert "\n" not in caught.value.why.reason
    assert not caught.value.why.retry


@pytest.mark.parametrize(
    ("backend", "settings", "reason"),
    [
        ("openvino", on_cpu("fp16"), "openvino runs on a CPU in fp32, bf16 alone; asked for fp16"),
        ("cudagraph", on_cpu(), "cudagraph does not run on a CPU"),
        (
            "onnxruntime",
            on_cpu(memory_format="channels_last"),
            (
                "onnxruntime chooses its memory format itself; expected contiguous, "
                "asked for channels_last"
            ),
        ),
    ],
    ids=str,
)
def test_what_a_backend_does_not_do_is_said_before_anything_runs(
    backend: str, settings: Settings, reason: str
) -> None:
    with pytest.raises(CannotRunError) as caught:
        prepared(backend, settings)
    assert (caught.value.why.reason, caught.value.why.retry) == (reason, False)


def test_openvino_in_bf16_is_bf16_or_says_why_not() -> None:
    try:
        ready, found = prepared("openvino", on_cpu("bf16"))
    except CannotRunError as fault:
        assert fault.why.reason == "OpenVINO computes in fp32 on this processor, asked for bf16"  # noqa: PT017  # one of two right ends
        return
    assert ready.read_back().precision == "bf16"
    assert found.relative_error is not None
    assert 1e-4 < found.relative_error < 5e-2


def test_openvino_with_fewer_threads_than_asked_for_is_refused() -> None:
    settings = Settings(device_type="cpu", precision="fp32", threads=4096)
    with pytest.raises(CannotRunError, match=r"^OpenVINO computes with \d+ threads here, asked "):
        prepared("openvino", settings)


def test_the_model_stays_in_fp32_whatever_is_made_of_it() -> None:
    model = small()
    before = {name: part.clone() for name, part in model.state_dict().items()}
    ready, _ = prepared("eager", on_cpu("bf16", memory_format="channels_last"), model=model)
    ready.run(ready.place(questions(INPUT_SIZE, 2)[:2]))
    assert all(torch.equal(part, before[name]) for name, part in model.state_dict().items())


def test_wrong_answers_are_found() -> None:
    right = torch.tensor([[1.0, 2.0], [4.0, 3.0]])
    assert compared([right], [right]) == Agreement(relative_error=0.0, top1_agreement=1.0)
    swapped = compared([right.flip(1)], [right])
    assert swapped.top1_agreement == 0.0
    fault = fault_in(swapped, "bf16")
    assert fault is not None
    assert fault.reason == (
        "answers wrongly: relative error 0.37 against eager fp32 on the same input, "
        "expected at most 0.1 in bf16"
    )
    assert (fault.code, fault.values[0]) == ("wrong-answers", ("error", "0.37"))
    broken = compared([right / torch.tensor([1.0, 0.0])], [right])
    assert fault_in(broken, "fp32") == failure("not-finite")
    assert fault_in(compared([right[:1]], [right]), "fp32") is not None


def test_scores_that_are_all_zero_say_nothing() -> None:
    zeros = torch.zeros(2, 3)
    nothing = compared([zeros], [zeros])
    assert nothing == Agreement(relative_error=None, top1_agreement=None)
    assert fault_in(nothing, "fp32") is None
    assert fault_in(compared([zeros + 1], [zeros]), "fp32") is not None


@pytest.mark.parametrize("shape", [(2,), (2, 1)])
def test_single_numbers_are_compared_and_have_no_best_class(shape: tuple[int, ...]) -> None:
    one = torch.ones(shape)
    assert compared([one], [one]) == Agreement(relative_error=0.0, top1_agreement=None)
    assert fault_in(compared([2 * one], [one]), "fp32") is not None


class Answering(Small):
    """Answers with a dictionary of several tensors, one of them not of floating point."""

    def forward(self, images: Tensor) -> dict[str, object]:  # type: ignore[override]  # as models do
        scores = super().forward(images)
        return {"scores": scores, "best": scores.argmax(1), "others": (scores * 2, scores.mean())}


@pytest.mark.parametrize("backend", ["eager", "onnxruntime", "openvino"])
def test_all_tensors_of_an_answer_are_compared(backend: str) -> None:
    model = small(Answering)
    _, found = prepared(backend, on_cpu(), model=model)
    assert fault_in(found, "fp32") is None
    images = questions(INPUT_SIZE, 2)
    ready = prepare(backend, model, images[:2], on_cpu())
    scores, others, mean = answers(ready, images, batch_size=2)
    torch.testing.assert_close(others, 2 * scores)
    assert mean.shape == (2,)
    wrong = compared((scores, 1.1 * others, mean), (scores, others, mean))
    assert wrong.top1_agreement == 1.0
    assert fault_in(wrong, "fp32") is not None
    assert fault_in(compared((scores,), (scores, others)), "fp32") is not None


def test_bf16_that_passes_for_fp32_is_found() -> None:
    model = small()
    images = questions(INPUT_SIZE, 2)
    expected = reference(model, images, on_cpu(), batch_size=2)
    low = prepare("eager", model, images[:2], on_cpu("bf16"))
    found = compared(answers(low, images, batch_size=2), expected)
    assert fault_in(found, "bf16") is None
    assert fault_in(found, "fp32") is not None


@pytest.mark.slow
def test_a_compiled_model_answers_and_a_graph_break_is_told() -> None:
    ready, found = prepared("compile", on_cpu())
    assert fault_in(found, "fp32") is None
    assert ready.read_back().precision == "fp32"
    assert ready.remarks == ()
    broken, found = prepared("compile", on_cpu(), model=small(Asking))
    assert fault_in(found, "fp32") is None
    (remark,) = broken.remarks
    assert remark.startswith("1 graph breaks")


def test_without_a_compiler_torch_compile_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    with pytest.raises(CannotRunError) as caught:
        prepared("compile", on_cpu())
    assert caught.value.why.reason == (
        "torch.compile needs a compiler and finds no no-such-compiler; "
        "install one, such as Debian's g++"
    )
    assert caught.value.why.retry


@pytest.mark.gpu
@pytest.mark.parametrize(
    ("backend", "precision"),
    [
        (backend, precision)
        for backend in ("eager", "cudagraph", "onnxruntime", "onnxruntime-tensorrt")
        for precision in ("fp32", "tf32", "fp16")
    ]
    + [("eager", "bf16"), ("eager", "amp"), ("cudagraph", "bf16"), ("torch-tensorrt", "fp16")],
)
def test_a_backend_answers_on_a_gpu_or_names_the_package_it_wants(
    backend: str, precision: str
) -> None:
    settings = Settings(device_type="cuda", precision=precision)
    try:
        ready, found = prepared(backend, settings)
    except CannotRunError as fault:
        if not fault.why.retry:
            raise
        pytest.skip(fault.why.reason)
    assert fault_in(found, precision) is None
    assert agrees(precision, ready.read_back().precision)


class OfLibrary(Exception):  # noqa: N818  # named as libraries name theirs
    """As ONNX Runtime's: a class of its own that derives from nothing but `Exception`."""


@pytest.mark.parametrize(
    "text",
    [
        "CUDA out of memory. Tried to allocate 20.00 GiB.",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "[enforce fail at alloc_cpu.cpp:121] data. DefaultCPUAllocator: can't allocate memory: you",
        "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : Failed to allocate memory for requested buf",
        "[ONNXRuntimeError] : 6 : RUNTIME_EXCEPTION : std::bad_alloc",
    ],
)
def test_memory_that_is_not_there_is_known_by_every_librarys_words(text: str) -> None:
    assert is_out_of_memory(OfLibrary(text))
    with pytest.raises(MemoryError), failing_as("onnx-load"):
        raise OfLibrary(text)


def test_a_fault_that_hides_a_lack_of_memory_is_one() -> None:
    hiding = OfLibrary("operation failed due to a previous error during capture")
    assert not is_out_of_memory(hiding)
    hiding.__context__ = OfLibrary("CUDA out of memory")
    assert is_out_of_memory(hiding)


def test_whatever_class_a_library_raises_it_is_a_failure_of_the_backend() -> None:
    with pytest.raises(CannotRunError) as caught, failing_as("onnx-load"):
        raise OfLibrary
    assert caught.value.why.reason == "ONNX Runtime could not load the model: OfLibrary"
    own = CannotRunError(failure("compiled-nothing"))
    with pytest.raises(CannotRunError) as caught, failing_as("onnx-load"):
        raise own
    assert caught.value is own
