"""A zoo written by somebody who means harm: every text of its entries and records is an attack.

Thirteen models in two families, with reported and measured figures, some missing and one failed.
"""

import json
from dataclasses import replace
from pathlib import Path

import page_zoo
import samples
from test_site import mkdocs, zoo_in

from catalogue.record import METHOD, Conditions, Failure, Kind, ModuleCost, Record, Result
from catalogue.store import save_environment, save_record

SCRIPT = "<script>window.ran=1;alert(1)</script>"
BROKEN_OUT = '"><img src=x onerror=alert(1)>'
END = "</script></title></textarea><svg onload=alert(1)>"
TEMPLATE = "{{7*7}} {% raw %} ${7*7}"
LINK = "[click](javascript:alert(1)) ![x](https://elsewhere.invalid/x.png)"
TABLE = "a | b || c"
CODE = "`tick` ``` ~~~ **bold** _it_ ~~no~~"
ATTRIBUTES = "name {: onclick=alert(1) style=color:red }"
REVERSED = "safe\u202egnp.exe\u202c"
UNSEEN = "pay\u200bpal\u2060\ufeff\u200f.exe\u061c"
LONG = "W" * 5_000
FORMULA = '=HYPERLINK("https://elsewhere.invalid","click")'
ALIGNED = "| a |\n|:-:|\n| <b> |"
COMMENT = "<!-- <b>&lt;i&gt;&#60;u&#62; -->"
ATTACKS = (
    SCRIPT,
    BROKEN_OUT,
    END,
    TEMPLATE,
    LINK,
    TABLE,
    CODE,
    ATTRIBUTES,
    REVERSED,
    LONG,
    FORMULA,
    COMMENT,
    UNSEEN,
)
ADDRESS = "javascript:alert(document.domain)"
TITLES = tuple(f"{number} {attack}" for number, attack in enumerate(ATTACKS, 1))
"""Of the models net1, net2, …; the formula's is bare, because its first sign matters."""
DEVICE = f"T4 {BROKEN_OUT}"
MODULE = f"features {END}"
REASON = f"failed {SCRIPT} {BROKEN_OUT}"


def title(number: int) -> str:
    """Of a model; the formula stands bare, because its first sign is what matters."""
    return FORMULA if ATTACKS[number - 1] == FORMULA else TITLES[number - 1]


def both(text: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": text, "zh": f"{text} 密集连接"}


def hostile_site(folder: Path) -> Path:
    """Build the zoo's site; gives its folder. Only its addresses are faults, and are refused."""
    zoo_in(folder)
    index = folder / "model-index"
    _write(index / "model-index.yml", {"Import": ["families.yml"], "Sources": _sources()})
    models = [_model(number) for number in range(1, len(ATTACKS) + 1)]
    _write(index / "families.yml", {"Collections": _collections(), "Models": models})
    _measure(index / "measurements")
    built = mkdocs(folder, "build")
    faults = [line for line in built.stderr.splitlines() if not line.startswith("INFO")]
    assert built.returncode == 0, built.stderr
    assert [fault for fault in faults if "[bad-url]" not in fault] == []
    return folder / "site"


def _write(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=True), encoding="utf-8")


def _sources() -> object:
    note = both(f"{BROKEN_OUT} {LINK}")
    return {
        "table": {"Title": both(f"Table {SCRIPT}"), "URL": "https://example.org/t", "Note": note},
        "other": {"Title": both(f"Other {END}"), "URL": ADDRESS, "Note": note},
    }


def _collections() -> object:
    return [
        {
            "Name": name,
            "Title": both(f"{name} {attack}"),
            "Summary": both(f"{BROKEN_OUT} {TEMPLATE} {LONG}"),
            "Description": both(f"{SCRIPT}\n\n{LINK}\n\n{ATTRIBUTES}\n\n{ALIGNED}"),
            "Paper": {"Title": f"Paper {SCRIPT}", "URL": ADDRESS},
            "Citation": f"@article{{x,\n title = {{{END} {CODE}}}\n}}",
            "Code": {"URL": ADDRESS, "Version": BROKEN_OUT},
            "License": "Apache-2.0",
        }
        for name, attack in (("Even", SCRIPT), ("Odd", f"{BROKEN_OUT} {CODE}"))
    ]


def _model(number: int) -> object:
    cited = {"Source": ["table", "other"], "Note": both(f"{SCRIPT} {TABLE}")}
    batches = {"Input Size": 224, "By Batch": {1: number + 0.25, 4: number + 0.5}}
    model: dict[str, object] = {
        "Name": f"net{number} {BROKEN_OUT}",
        "ID": f"net{number}",
        "Title": both(title(number)),
        "Summary": both(f"{ATTACKS[number - 1]} {LINK}"),
        "Description": both(f"{SCRIPT}\n\n{LINK}\n\n<iframe src={ADDRESS}>\n\n[x]: {ADDRESS}"),
        "In Collection": ("Even", "Odd")[number % 2],
        "Alias": [f"alias{number} {SCRIPT}", f"other{number} {LONG}"],
        "Distinct From": [{"Ref": "timm:dpn92", "Reason": both(BROKEN_OUT)}],
        "Paper": {"Title": f"Paper {END}", "URL": ADDRESS},
        "Code": ADDRESS,
        "README": ADDRESS,
        "Preprocessing": {"Input Size": [3, 224, 224]},
        "Costs": [
            {"Quantity": "Parameters", "Value": number + 0.5, "Unit": "M", **cited},
            {
                "Quantity": "FLOPs",
                "Value": 2.0 * number,
                "Unit": "G",
                "Convention": "2xmacs",
                **cited,
            },
        ],
        "Results": [
            {
                "Dataset": "ImageNet-1k",
                "Metrics": {"Top 1 Accuracy": f"{66 + number}%"},
                "Source": "table",
                "Note": both(BROKEN_OUT),
            }
        ],
        "Latency": [
            {"Device": DEVICE, "Precision": one, "Runtime": f"RT {SCRIPT}", **batches, **cited}
            for one in ("FP32", "FP16")
        ],
    }
    if number <= 4:
        model["Builder"] = {"Target": "timm:dpn68", "Kwargs": {"num_classes": 10}}
    return model


def _measure(folder: Path) -> None:
    environment = save_environment(
        folder, replace(page_zoo.ENVIRONMENT, cpu=f"CPU {SCRIPT}", system=f"OS {BROKEN_OUT}")
    )
    for number in (1, 2, 3):
        counted = page_zoo.complexity(number * 500_000, number * 500_000_000)
        modules = (ModuleCost(module=MODULE, type=f"T {SCRIPT}", params=number, macs=number),)
        _save(folder, number, environment, page_zoo.counted(), replace(counted, by_module=modules))
        timed = replace(page_zoo.timed(1), device=f"CPU {BROKEN_OUT} {TABLE}")
        _save(folder, number, environment, timed, page_zoo.latency(10.5 * number))
    failed = Failure(reason=REASON, retry=False)
    _save(folder, 4, environment, page_zoo.counted(), failed)


def _save(
    folder: Path, number: int, environment: str, conditions: Conditions, result: Result
) -> None:
    timed = hasattr(conditions, "batch_size")
    kind = Kind.LATENCY if timed else Kind.COMPLEXITY
    record = Record(
        model=f"net{number}",
        kind=kind,
        method=METHOD[kind],
        subject=samples.SUBJECT,
        conditions=conditions,
        result=result,
        provenance=replace(samples.PROVENANCE, environment=environment, program=f"p {SCRIPT}"),
    )
    save_record(folder, record)
