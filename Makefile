# Two commands for a newcomer: `make run` and `make test`. Each makes its own environment, and is quick the second time.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint format clean
.DELETE_ON_ERROR:

run: $(VENV)/.installed
	$(BIN)/astrolens up --demo

test: $(VENV)/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/numpydoc lint $$(find astrolens plugins -name '*.py' -not -path '*/cli/*' -not -path '*/tui/*')
	$(BIN)/pytest -n 2

lint: $(VENV)/.installed-dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/lint-imports && $(BIN)/mypy

format: $(VENV)/.installed-dev
	$(BIN)/ruff format . && $(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "AstroLens needs Python 3.11 or newer; try: make PYTHON=python3.11 ..."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml config/constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint config/constraints.txt --editable .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml config/constraints.txt | $(VENV)/bin/python
	$(PIP) install --constraint config/constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed
