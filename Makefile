# Two commands for a newcomer: `make demo` and `make test`. While you work: `make test-fast`, under two minutes on two
# idle cores. PYTHON chooses another interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BENCH := .venv-bench
BENCH_SERVE := .venv-bench-serve
EXTRAS := .venv-extras
DEMO := build/demo
LINTED := src tests benchmarks examples
# What a rule for a stamp is about to do, in words: $(call SAY,what it installs,a module of it).
SAY = if test -e $@; then echo "Updating $(1) in $(VENV), as the dependencies may have changed ..."; \
	elif $(BIN)/python -c "import $(2)" 2>/dev/null; then echo "Checking $(1) in $(VENV), once ..."; \
	else echo "Installing $(1) into $(VENV), once ..."; fi
# Several tests at a time, each on one core: on their small networks a second thread costs more than it saves. A file's
# tests stay together, as they share what is expensive to make.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --maxprocesses 4 --dist loadfile
PIP := $(BIN)/python -m pip install --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-fast test-extras check format bench bench-full bench-serve clean

demo: $(VENV)/.installed
	@if test -e $(DEMO); then echo "Replacing $(DEMO), the tour of an earlier make demo ..."; rm -rf $(DEMO); fi
	@mkdir -p $(dir $(DEMO))
	@$(BIN)/catseye demo --out $(DEMO)

test: check $(VENV)/.installed-test
	@$(PYTEST)

# Without the tests that train on a whole data set, open a browser, or take longer than about a second each.
test-fast: check $(VENV)/.installed-test
	@$(PYTEST) -m "not slow and not browser"

# Keras judges what is read from its files and written for it: under three minutes, with the installation.
test-extras: $(EXTRAS)/.installed
	@KERAS_BACKEND=torch $(EXTRAS)/bin/python -m pytest -m extras tests/networks/keras tests/export/test_keras_judge.py \
		tests/model_card/test_usage.py

check: $(VENV)/.installed-check
	@$(BIN)/ruff format --check $(LINTED)
	@$(BIN)/ruff check $(LINTED)
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

format: $(VENV)/.installed-check
	@$(BIN)/ruff format $(LINTED)
	@$(BIN)/ruff check --fix $(LINTED)

# Comparison with Keras and plain PyTorch, in a separate environment. Tables go to bench/; docs/performance.md reports them.
bench: $(BENCH)/.installed
	@$(BENCH)/bin/python benchmarks/bench.py

bench-full: $(BENCH)/.installed
	@$(BENCH)/bin/python benchmarks/bench.py --full

# The server under load, beside LitServe, in an environment of its own: LitServe wants further versions of what both use.
bench-serve: $(BENCH_SERVE)/.installed
	@$(BENCH_SERVE)/bin/python benchmarks/serve.py

clean:
	rm -rf $(VENV) $(BENCH) $(BENCH_SERVE) $(EXTRAS) $(DEMO) .mypy_cache .ruff_cache .pytest_cache .hypothesis

# A stamp is written only after a successful installation; the next call then installs nothing.
$(VENV)/.installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info; v >= (3, 11) or sys.exit("Catseye needs Python 3.11 or newer; $(PYTHON) is %d.%d.%d. Choose another: make PYTHON=python3.12" % v[:3])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(call SAY,Catseye,catseye)
	@$(PIP) --editable '.[train]'
	@touch $@

$(VENV)/.installed-test: $(VENV)/.installed
	@$(call SAY,what the tests need,pytest)
	@$(PIP) --quiet --editable '.[test,check]'
	@touch $@

$(VENV)/.installed-check: $(VENV)/.installed-test
	@touch $@

$(BENCH)/.installed: pyproject.toml constraints.txt benchmarks/requirements.txt
	@test -x $(BENCH)/bin/python || $(PYTHON) -m venv $(BENCH)
	@echo "Installing Catseye and the programs it is compared with into $(BENCH), once ..."
	@$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --requirement benchmarks/requirements.txt --editable '.[train]'
	@touch $@

$(EXTRAS)/.installed: pyproject.toml constraints.txt
	@test -x $(EXTRAS)/bin/python || $(PYTHON) -m venv $(EXTRAS)
	@echo "Installing Catseye and Keras into $(EXTRAS), once ..."
	@$(EXTRAS)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[train,keras]' 'keras==3.15.*' pytest hypothesis
	@touch $@

$(BENCH_SERVE)/.installed: pyproject.toml constraints.txt
	@test -x $(BENCH_SERVE)/bin/python || $(PYTHON) -m venv $(BENCH_SERVE)
	@echo "Installing Catseye and LitServe into $(BENCH_SERVE), once ..."
	@$(BENCH_SERVE)/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[serve,train]' 'litserve==0.2.*'
	@touch $@
