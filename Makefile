# `make` sets everything up, measures one model and builds the site; `make test` runs all checks.
# The environment is made once in .venv and again only when what it is made from changes.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
MODEL ?= dpn131

export NO_MKDOCS_2_WARNING := 1

OUT ?= build/gpu

.PHONY: site setup refresh gpu serve test lint types check pages clean

# A measurement that failed (status 1) is told and is a state that the pages show; all else stops.
site: setup
	@$(BIN)/catalogue refresh --model $(MODEL) || [ $$? = 1 ]
	@$(BIN)/mkdocs build --strict
	@printf '\n%s\n    %s\n' "The site is in site/: open site/index.html, or browse it with" "$(BIN)/mkdocs serve"

setup: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit("catalogue needs Python 3.11 or newer, found %d.%d; name one with make PYTHON=python3.12" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

refresh: setup
	$(BIN)/catalogue refresh --model $(MODEL)

# Tests and records that need a GPU, in under ten minutes; new records are copied to $(OUT) as well.
gpu: setup
	$(BIN)/python benchmarks/gpu.py $(OUT)

serve: setup
	$(BIN)/mkdocs serve

test: lint types check pages
	$(BIN)/python -m pytest

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/yamllint --strict .

types: setup
	$(BIN)/mypy

check: setup
	$(BIN)/catalogue check

pages: setup
	$(BIN)/mkdocs build --strict

clean:
	rm -rf $(VENV) site build dist
