# Two commands for a newcomer: `make demo` and `make test`. PYTHON chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test check format clean

demo: $(VENV)/.installed
	@$(BIN)/catseye demo

test: check $(VENV)/.installed-test
	@$(BIN)/python -m pytest

check: $(VENV)/.installed-check
	@$(BIN)/ruff format --check src tests
	@$(BIN)/ruff check src tests
	@$(BIN)/mypy

format: $(VENV)/.installed-check
	@$(BIN)/ruff format src tests
	@$(BIN)/ruff check --fix src tests

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis

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
