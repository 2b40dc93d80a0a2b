# `make run` does the main job on the PixCrawler database, `make test` runs the tests; both install what they need into
# .venv. `make check` is lint, types and layers; `make test-slow` the sweeps that take minutes.

PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test test-slow check lock clean

run: .venv/run
	@$(BIN)/pgtandem verify --config pixcrawler/pgtandem.toml

test: .venv/dev
	$(BIN)/python -m pytest -n 2 -m "not slow" $(ARGS)

test-slow: .venv/dev
	$(BIN)/python -m pytest -n 2 -m slow $(ARGS)

check: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: .venv/dev
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --no-header --no-annotate --upgrade -o requirements/run.txt
	$(BIN)/uv pip compile pyproject.toml -q --group dev --universal --python-version 3.11 --no-header --no-annotate --upgrade -o requirements/dev.txt

clean:
	rm -rf .venv

.venv/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("pgtandem needs Python 3.11 or later, and $(PYTHON) is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/run: .venv/bin/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements/dev.txt
	@touch $@
