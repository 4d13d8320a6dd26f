"""Why measurements fail: a code for each reason, and what records and terminals say in English.

Pages say the same in their own languages, by the code (`failure.<code>` in the label files); what
is published for machines holds code and values beside the English.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

from catalogue.record import Failure

WORDS: Mapping[str, str] = {
    "out-of-memory": "out of memory at batch {batch}",
    "killed": "the process was killed (for lack of memory, or by somebody) at batch {batch}",
    "signal": "the process was ended by {signal} at batch {batch}",
    "signal-said": "the process was ended by {signal} at batch {batch}: {said}",
    "status": "the process ended with status {status} at batch {batch}",
    "status-said": "the process ended with status {status} at batch {batch}: {said}",
    "not-ended": "the process had not ended after {seconds} s, at batch {batch}",
    "raised": "the forward pass raised {fault}",
    "precision": "asked for {asked}, found {found}",
    "wrong-answers": (
        "answers wrongly: relative error {error} against eager fp32 on the same input, "
        "expected at most {limit} in {precision}"
    ),
    "not-finite": (
        "answers wrongly: with scores that are infinite or no numbers, or none of the shape "
        "that eager fp32 gives"
    ),
    "disturbed": (
        "disturbed by {reasons}: {disturbed} of {processes} processes saw too little without; "
        "expected {wanted} sound ones; run again when the machine is idle"
    ),
    "busy": (
        "not tried, since other work disturbed this model for too long before; run again when the "
        "machine is idle"
    ),
    "counting-killed": (
        "the process that counted it was killed (for lack of memory, or by somebody)"
    ),
    "not-tried": (
        "not tried, since the process that counted it was killed (for lack of memory, or by "
        "somebody)"
    ),
    "not-on-cpu": "{backend} does not run on a CPU",
    "not-on-gpu": "{backend} does not run on a GPU",
    "precision-on-cpu": "{backend} runs on a CPU in {precisions} alone; asked for {precision}",
    "precision-on-gpu": "{backend} runs on a GPU in {precisions} alone; asked for {precision}",
    "own-layout": (
        "{backend} chooses its memory format itself; expected contiguous, asked for {layout}"
    ),
    "not-installed": (
        "{backend} needs {missing}, not installed; pip install 'zoo-catalogue[{extra}]'"
    ),
    "threads": "the model set torch to {found} threads while it ran; asked for {threads}",
    "no-scores": "the model returns {type}; expected a tensor of scores",
    "compile": "torch.compile failed: {fault}",
    "compiled-nothing": (
        "torch.compile compiled nothing: TorchDynamo left the whole model to Python"
    ),
    "no-compiler": (
        "torch.compile needs a compiler and finds no {names}; install one, such as Debian's g++"
    ),
    "cuda-graph": "recording a CUDA graph failed: {fault}",
    "torch-export": "torch.export failed: {fault}",
    "onnx-export": "the export to ONNX failed: {fault}",
    "onnx-load": "ONNX Runtime could not load the model: {fault}",
    "onnx-shape": "the exported graph answers with shape {shape}; expected numbers",
    "no-provider": (
        "{version} as installed has no {provider}; pip uninstall onnxruntime, then pip install "
        "'zoo-catalogue[onnx-gpu]' (both share one import name)"
    ),
    "provider-fell-back": "ONNX Runtime could not start {provider} and fell back to the CPU",
    "provider-elsewhere": "ONNX Runtime runs {operators} elsewhere than on {provider}",
    "openvino-convert": "OpenVINO could not convert the model: {fault}",
    "openvino-compile": "OpenVINO could not compile the model: {fault}",
    "openvino-precision": ("OpenVINO computes in {found} on this processor, asked for {precision}"),
    "openvino-threads": "OpenVINO computes with {found} threads here, asked for {threads}",
    "tensorrt-engine": "TensorRT could not build an engine: {fault}",
    "tensorrt-build": "torch-tensorrt could not build the model: {fault}",
    "tensorrt-run": "the TensorRT engines failed: {fault}",
    "no-engine": "torch-tensorrt made no engine: the whole model was left to torch",
}
"""By code: a sentence whose gaps are filled with the failure's values."""
REMARKS: Mapping[str, str] = {
    "graph-breaks": "{count} graph breaks",
    "graph-breaks-because": "{count} graph breaks: {reason}",
    "nodes-elsewhere": "{count} of {nodes} nodes on {provider}",
    "parts-left": "{left} of {parts} parts left to torch",
    "reference-memory": (
        "the answers could not be compared with eager fp32's: out of memory at batch {batch}"
    ),
    "answers-zero": (
        "eager fp32 answers with nothing but zeros, so that comparing the answers says nothing"
    ),
    "rate-of-some": (
        "throughput and energy are of {kept} of {processes} processes: in the others passes sent "
        "back to back were disturbed"
    ),
}
"""The same of remarks on times that stand; pages say them by `remark.<code>`."""
_FORMER: Mapping[str, str] = {
    "killed": "the process was killed, most likely for lack of memory, at batch {batch}",
    "counting-killed": "the process that counted it was killed, most likely for lack of memory",
    "not-tried": (
        "not tried, since the process that counted it was killed, most likely for lack of memory"
    ),
}
"""What older versions wrote into records."""
DIED = frozenset({"killed", "signal", "signal-said", "status", "status-said", "not-ended"})
"""Codes of processes that did not live to tell; all others told their failure themselves."""


def failure(code: str, *values: tuple[str, object], retry: bool = False) -> Failure:
    """A failure with a code that pages have words for.

    Args:
        code: A key of `WORDS`.
        values: (name, value) of every gap.
        retry: As in `record.Failure`.
    """
    given = tuple((name, " ".join(str(value).split())) for name, value in values)
    reason = WORDS[code].format(**dict(given))
    return Failure(reason=reason, retry=retry, code=code, values=given)


def recognised(told: Failure) -> Failure:
    """The same with its code and values, where only its sentence has them: as in old records."""
    if told.code:
        return told
    for code, pattern in _patterns():
        found = pattern.fullmatch(told.reason)
        if found is not None:
            return replace(told, code=code, values=tuple(found.groupdict().items()))
    return told


def remark(code: str, *values: tuple[str, object]) -> str:
    """A remark that pages have words for, as records have it.

    Args:
        code: A key of `REMARKS`.
        values: (name, value) of every gap.
    """
    return REMARKS[code].format(**dict(values))


def recognised_remark(text: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
    """The code and the values of a remark; None where it is none of ours."""
    for code, pattern in _remark_patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return code, tuple(found.groupdict().items())
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _longest_first(WORDS, _FORMER)


@cache
def _remark_patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return _longest_first(REMARKS)


def _longest_first(*several: Mapping[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The longest sentences first: some begin like others."""
    return tuple(
        (code, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+?)", re.escape(text))))
        for code, text in sorted(
            (pair for words in several for pair in words.items()), key=lambda one: -len(one[1])
        )
    )
