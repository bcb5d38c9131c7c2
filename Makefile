# Everything a fresh machine needs is made on the way; what is there is not made again.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than the cores of a small machine: much of a test's time is waiting.
WORKERS ?= 3
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile
# Not exercises/: there a learner may be at work.
SOURCES := tutor tests benchmarks docs solutions hatch_build.py

.PHONY: help start test verify lint course benchmark clean

help:
	@echo "make start      set up tutor and open it"
	@echo "make test       set up the tools too, and run the project's tests"
	@echo "make verify     prove every exercise, by mutants too, and that hostile answers do no harm"
	@echo "make course     make the starters in exercises/ anew from solutions/"
	@echo "make benchmark  measure latency, start-up and the TUI side by side, and print the tables"
	@echo "make clean      remove the virtual environment and caches"

start: $(VENV)/.ready
	$(BIN)/tutor start

test: lint
	$(PYTEST) -m "not proof"

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check $(SOURCES)
	$(BIN)/ruff format --check $(SOURCES)
	$(BIN)/mypy
	$(BIN)/lint-imports

verify: $(VENV)/.ready-dev
	$(BIN)/tutor author build --check
	$(BIN)/tutor author verify
	$(PYTEST) -m proof

course: $(VENV)/.ready
	$(BIN)/tutor author build

benchmark: $(VENV)/.ready-dev
	$(BIN)/python benchmarks/latency.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/tui.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tutor needs Python 3.11 or newer: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready: pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --disable-pip-version-check -e .
	touch $@

$(VENV)/.ready-dev: pyproject.toml $(VENV)/.ready
	$(BIN)/python -m pip install --disable-pip-version-check -e '.[dev]'
	touch $@
