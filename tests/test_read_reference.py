"""The page of the entry format says what the reader reads."""

from conftest import ROOT

from catalogue.read.reference import FILE, reference_page
from catalogue.read.tables import MODEL


def test_the_page_is_that_of_todays_tables() -> None:
    written = (ROOT / FILE).read_text(encoding="utf-8")
    assert written == reference_page(), f"renew: python -m catalogue.read.reference > {FILE}"


def test_every_key_of_a_model_has_a_row() -> None:
    page = reference_page()
    assert all(f"| `{field.name}`" in page for field in MODEL.fields)
