# Two commands for a newcomer: `make demo` and `make test`. PYTHON chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check format bench bench-full clean

demo: $(VENV)/.installed
	@$(BIN)/catseye demo

test: check $(VENV)/.installed-test
	@$(BIN)/python -m pytest

check: $(VENV)/.installed-check
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

format: $(VENV)/.installed-check
	@$(BIN)/ruff format src tests
	@$(BIN)/ruff check --fix src tests

# Beside Keras and plain PyTorch, in an environment of their own; results in bench/, what came out in docs/performance.md.
bench: $(BENCH)/.installed
	@$(BENCH)/bin/python benchmarks/bench.py

bench-full: $(BENCH)/.installed
	@$(BENCH)/bin/python benchmarks/bench.py --full

clean:
	rm -rf $(VENV) $(BENCH) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp is written only when its installation went well; the next call then installs nothing.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Catseye needs Python 3.11 or newer; $(PYTHON) is %d.%d.%d. Name another one: make PYTHON=python3.12" % v[:3])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Catseye into $(VENV), once ..."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@echo "Installing what the tests need, once ..."
	@$(PIP) --editable '.[test,check]'
	@touch $@

$(VENV)/.installed-check: $(VENV)/.installed-test
	@touch $@

$(BENCH)/.installed: pyproject.toml constraints.txt benchmarks/requirements.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@echo "Installing Catseye and what it is measured against into $(BENCH), once ..."
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement benchmarks/requirements.txt --editable .
	@touch $@
