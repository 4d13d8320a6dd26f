"""What is BibTeX, and what is not."""

import pytest

from catalogue.check.bibtex import bibtex_fault

CHEN = """
@misc{chen2017dual,
      title={Dual {Path} Networks},
      author = "Yunpeng Chen and {M}. \\"{U}ller",
      year=2017, month = jan # " 5",
}
"""


@pytest.mark.parametrize(
    "text",
    [
        CHEN,
        CHEN + CHEN,
        "@string{cvpr = {CVPR}} @inproceedings{a, booktitle = cvpr}",
        "text before @article{a.b:c/d, title={x}} text after",
    ],
)
def test_bibtex_is_accepted(text: str) -> None:
    assert bibtex_fault(text) is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Chen et al., 2017", "it holds no '@type{key, …}'"),
        ("@misc chen", "'@misc chen' is no '@type{key,'"),
        ("@misc{chen, title={Dual}", "the braces of 'chen' are not balanced"),
        ("@misc{, title={Dual}}", "'@misc' has no citation key"),
        ("@misc{chen}", "'chen' has no fields"),
        ("@misc{chen, title}", "'chen': 'title' is no 'field = value'"),
        ("@misc{chen, title=}", "'chen': title has no value in braces or quotes"),
        ("@misc{chen, title={Dual} year={2017}}", "'chen': no comma after title"),
        ('@misc{chen, title="Dual}', "'chen': title has no value in braces or quotes"),
    ],
)
def test_what_is_no_bibtex_is_explained(text: str, fault: str) -> None:
    assert bibtex_fault(text) == fault
