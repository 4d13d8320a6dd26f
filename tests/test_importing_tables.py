"""timm's tables as reported figures: by header, with the conditions of the file's name."""

from pathlib import Path

import pytest

from catalogue.entry import Entry, Quantity
from catalogue.errors import CatalogueError
from catalogue.importing.batch import Batch
from catalogue.importing.csv_table import read_table
from catalogue.importing.place import place_batch
from catalogue.importing.timm_conditions import bench_of, dataset_of
from catalogue.importing.timm_tables import import_tables
from catalogue.read import read_zoo

BENCH = "benchmark-infer-amp-nhwc-pt240-cu124-rtx4090.csv"
ZOO = """\
Models:
  - Name: dpn68b
    ID: mine
    Alias: [dpn68b.ra_in1k, dpn68b.mx_in1k]
    Builder: timm:dpn68b
    Weights:
      - {Name: ra_in1k, URL: "https://x.org/a.pth"}
      - {Name: mx_in1k, URL: "https://x.org/b.pth"}
    Preprocessing:
      - {ID: ra_in1k, Input Size: 224, Crop Pct: 0.95, Interpolation: bicubic}
      - {ID: ra_in1k-test, Input Size: 288, Crop Pct: 1.0, Interpolation: bicubic}
      - {ID: mx_in1k, Input Size: 224, Crop Pct: 0.875, Interpolation: bicubic}
  - Name: vit_giant
    Builder: timm:vit_giant
"""
RESULTS = """\
model,img_size,top1,top1_err,top5,top5_err,param_count,crop_pct,interpolation
dpn68b.ra_in1k,288,79.360,20.640,94.430,5.570,12.61,1.000,bicubic
dpn68b.mx_in1k,224,77.510,22.490,93.820,6.180,12.61,0.875,bicubic
vit_giant,224,88.100,11.900,98.600,1.400,"1,013.01",0.900,bilinear
other,224,70.000,30.000,90.000,10.000,5.00,0.875,bicubic
"""
TIMES = """\
model,infer_img_size,infer_samples_per_sec,infer_step_time,infer_batch_size,param_count,infer_gmacs,infer_macts
dpn68b,224,4000.0,64.010,256,12.61,2.35,10.47
dpn68b,288,2500.0,102.40,256,12.61,3.89,17.3
"""


def zoo_in(folder: Path) -> Path:
    index = folder / "model-index.yml"
    index.write_text(ZOO)
    return index


def import_into(index: Path, *tables: tuple[str, str]) -> tuple[Batch, dict[str, Entry]]:
    files = []
    for name, text in tables:
        files.append(index.parent / name)
        files[-1].write_text(text)
    zoo = read_zoo(index).zoo
    batch = import_tables([read_table(file) for file in files], zoo, url="https://x.org/results/")
    place_batch(batch, zoo, index.name)
    return batch, {entry.id: entry for entry in read_zoo(index).zoo.entries}


def test_results_keep_their_digits_their_recipe_and_their_weights(tmp_path: Path) -> None:
    _, entries = import_into(zoo_in(tmp_path), ("results-imagenet.csv", RESULTS))
    own, other = entries["mine"].results
    assert own.top1
    assert (own.top1.text, own.top1.value, own.dataset, own.split) == (
        "79.360%",
        79.36,
        "ImageNet-1k",
        "val",
    )
    assert (own.preprocessing, own.input_size, own.applies_to) == ("ra_in1k-test", (288, 288), None)
    assert (other.preprocessing, other.applies_to) == ("mx_in1k", "timm:dpn68b.mx_in1k")
    assert own.sources == ("timm-results-imagenet",)


def test_grouped_thousands_are_numbers(tmp_path: Path) -> None:
    _, entries = import_into(zoo_in(tmp_path), ("results-imagenet.csv", RESULTS))
    (cost,) = entries["vit_giant"].costs
    assert (cost.quantity, cost.figure.value) == (Quantity.PARAMS, 1_013_010_000)


def test_a_recipe_that_the_entry_lacks_is_told_in_a_note(tmp_path: Path) -> None:
    _, entries = import_into(zoo_in(tmp_path), ("results-imagenet.csv", RESULTS))
    (result,) = entries["vit_giant"].results
    assert result.note
    assert result.note.in_language("en") == "Crop fraction 0.900, bilinear resize."
    assert result.note.in_language("zh") == "裁剪比例 0.900，bilinear 缩放。"


def test_times_and_counts_come_with_their_conditions(tmp_path: Path) -> None:
    _, entries = import_into(zoo_in(tmp_path), (BENCH, TIMES))
    small, large = entries["mine"].latencies
    assert (small.device, small.precision, small.runtime) == (
        "GeForce RTX 4090",
        "AMP",
        "PyTorch 2.4.0 CUDA 12.4 NHWC",
    )
    assert [(size, one.value, one.text) for size, one in small.by_batch] == [(256, 64.01, "64.010")]
    assert large.input_size == (288, 288)
    counts = [(one.quantity.value, one.figure.value) for one in entries["mine"].costs]
    assert counts == [
        ("Parameters", 12.61e6),
        ("MACs", 2.35e9),
        ("Activations", 10.47e6),
        ("MACs", 3.89e9),
        ("Activations", 17.3e6),
    ]


def test_the_source_names_the_file_and_its_address(tmp_path: Path) -> None:
    index = zoo_in(tmp_path)
    import_into(index, (BENCH, TIMES))
    (source,) = read_zoo(index).zoo.sources
    assert source.url == f"https://x.org/results/{BENCH}"
    assert source.note
    assert source.note.languages == ("en", "zh")


def test_models_without_an_entry_are_counted_and_named(tmp_path: Path) -> None:
    batch, _ = import_into(zoo_in(tmp_path), ("results-imagenet.csv", RESULTS))
    (remark,) = batch.remarks
    assert remark == (
        "results-imagenet.csv: 1 of 4 rows are of models without an entry (other); "
        "`catalogue import timm` adds entries"
    )


def test_a_figure_in_two_tables_names_both(tmp_path: Path) -> None:
    tables = ("results-imagenet.csv", RESULTS), ("results-imagenet-real.csv", RESULTS)
    _, entries = import_into(zoo_in(tmp_path), *tables)
    (cost,) = entries["vit_giant"].costs
    assert cost.sources == ("timm-results-imagenet", "timm-results-imagenet-real")
    assert len(entries["vit_giant"].results) == 2


def test_importing_again_renews_what_timm_renewed(tmp_path: Path) -> None:
    index = zoo_in(tmp_path)
    import_into(index, ("results-imagenet.csv", RESULTS))
    before = index.read_text()
    import_into(index, ("results-imagenet.csv", RESULTS))
    assert index.read_text() == before
    import_into(index, ("results-imagenet.csv", RESULTS.replace("79.360", "79.402")))
    assert index.read_text() == before.replace("79.360", "79.402")


@pytest.mark.parametrize(
    ("row", "remark"),
    [
        (
            "dpn68b,288,oops,1,94.4,5,12.61,1.0,bicubic",
            "top1 is 'oops', expected a number; the row is not read",
        ),
        (
            "dpn68b,288,790.1,1,94.4,5,12.61,1.0,bicubic",
            "top1 is 790.1, expected 0 to 100; the row is not read",
        ),
        (
            "dpn68b,big,79.1,1,94.4,5,12.61,1.0,bicubic",
            "img_size is 'big', expected a whole number; the row is not read",
        ),
        ("dpn68b,288,79.1", "has 3 cells, expected 9; the row is not read"),
    ],
)
def test_an_odd_row_costs_only_itself(tmp_path: Path, row: str, remark: str) -> None:
    batch, entries = import_into(
        zoo_in(tmp_path), ("results-imagenet.csv", f"{RESULTS.rstrip()}\n{row}\n")
    )
    assert f"results-imagenet.csv:6: {remark}" in batch.remarks
    assert len(entries["mine"].results) == 2


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "x,y\n1,2\n", "a.csv:1:1: the columns are 'x,y'; expected those of"),
        ("b.csv", "", "the file is empty, expected a header and rows"),
        ("c.csv", "model,model\n", "expected names, each once"),
        ("d.csv", 'model,"img\n', "no CSV:"),
        ("e.csv", "model," + "x" * 20_000 + "\n", "no CSV: field larger than field limit"),
        ("benchmark.csv", TIMES, "benchmark.csv: the name tells no precision; expected one such"),
    ],
)
def test_what_is_no_table_of_timms_is_one_line(
    tmp_path: Path, name: str, text: str, message: str
) -> None:
    with pytest.raises(CatalogueError) as fault:
        import_into(zoo_in(tmp_path), (name, text))
    assert message in str(fault.value)
    assert "\n" not in str(fault.value)


def test_bytes_that_are_no_text_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CatalogueError, match="cannot be read: it is no UTF-8"):
        read_table(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("file", "device", "precision", "runtime"),
    [
        (BENCH, "GeForce RTX 4090", "AMP", "PyTorch 2.4.0 CUDA 12.4 NHWC"),
        (
            "benchmark-infer-fp32-nchw-pt240-cpu-i9_10940x-dynamo.csv",
            "Intel Core i9-10940X",
            "FP32",
            "PyTorch 2.4.0 torch.compile (dynamo) NCHW",
        ),
        (
            "benchmark-infer-amp-nchw-pt113-cu117-rtx3090.csv",
            "GeForce RTX 3090",
            "AMP",
            "PyTorch 1.13 CUDA 11.7 NCHW",
        ),
    ],
)
def test_file_names_tell_conditions(file: str, device: str, precision: str, runtime: str) -> None:
    bench = bench_of(file)
    assert (bench.device, bench.precision, bench.runtime) == (device, precision, runtime)


def test_file_names_tell_data_sets() -> None:
    assert dataset_of("results-imagenet.csv") == ("ImageNet-1k", "val")
    assert dataset_of("results-sketch.csv") == ("ImageNet-Sketch", None)
    assert dataset_of("results-own-set.csv") == ("own-set", None)
