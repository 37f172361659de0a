# Everything a person or a machine does with this checkout. `make` alone lists it.
# Needs only Python 3.11 or later; uses uv instead of venv and pip where it is on PATH.

.DEFAULT_GOAL := help
.SUFFIXES:
MAKEFLAGS += --no-print-directory --no-builtin-rules

VENV := .venv
PY := $(VENV)/bin/python
# Folders are named as they come into being, so that a tool is never asked about one that is not there.
PACKAGES := $(wildcard bot core adapters)
SOURCES := $(PACKAGES) $(wildcard tests tools benchmarks)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo '  ARGS="..."        passed on to run, test, bench, real-engine and mutation'
	@echo '  PYTHON=...        the Python that .venv is made with'

# The stamps. Nothing is asked of the network while they are newer than what they were made from. A .venv whose
# Python has gone has no $(PY) any more, which makes both stamps old; tools/install.sh then builds it anew.

RUN_STAMP := $(VENV)/run.stamp
DEV_STAMP := $(VENV)/dev.stamp

$(RUN_STAMP): requirements/base.txt requirements/run.txt pyproject.toml tools/install.sh $(PY)
	@sh tools/install.sh run '$(PYTHON)'

$(DEV_STAMP): $(wildcard requirements/*.txt) pyproject.toml tools/install.sh $(PY)
	@sh tools/install.sh dev '$(PYTHON)'

$(PY): ;

# PYTHON=... names another Python than the one that .venv was made with: make .venv anew.
ifneq ($(strip $(PYTHON)),)
ifneq ($(shell sh tools/install.sh same '$(PYTHON)'),yes)
.PHONY: $(RUN_STAMP) $(DEV_STAMP)
endif
endif

.PHONY: run
run: $(RUN_STAMP) ## start Easel
	@$(PY) -m bot run $(ARGS)

.PHONY: test
test: $(DEV_STAMP) ## run the tests and check their coverage (with ARGS: the tests alone)
ifeq ($(strip $(ARGS)),)
	@$(PY) -m pytest -n auto --cov --cov-report= --cov-fail-under=0
	@$(PY) -m coverage report
	@$(PY) -m coverage report --include='core/*' --fail-under=95 --format=total >/dev/null || \
		{ $(PY) -m coverage report --include='core/*' --fail-under=95; exit 1; }
else
	@$(PY) -m pytest $(ARGS)
endif

.PHONY: real-engine
real-engine: $(DEV_STAMP) ## run the tests that want a real ComfyUI; the first time fetches 2 GB into .real_engine
	@$(PY) -m tools.real_comfyui prepare
	@$(PY) -m pytest -m real_engine tests/real_engine $(ARGS)

.PHONY: check
check: $(DEV_STAMP) ## look at the code without running it: format, lint, types, imports, documents
	@$(PY) -m ruff format --check --quiet --diff $(SOURCES)
	@$(PY) -m ruff check $(SOURCES)
	@$(PY) -m mypy $(SOURCES)
	@$(PY) -c 'from importlinter.cli import lint_imports_command as lint; lint(["--no-logo"])'
	@$(PY) tools/check_readme.py
	@$(PY) tools/check_links.py

.PHONY: format
format: $(DEV_STAMP) ## put the code into its format and mend what can be mended safely
	@$(PY) -m ruff check --fix --quiet --exit-zero $(SOURCES)
	@$(PY) -m ruff format $(SOURCES)

.PHONY: bench
bench: $(DEV_STAMP) ## measure, and compare with other queues
	@$(PY) -m benchmarks $(ARGS)

.PHONY: mutation
mutation: $(DEV_STAMP) ## change the ledger and the lifecycle line by line and see whether a test notices
	@$(PY) -m mutmut run $(ARGS)
	@$(PY) -m mutmut results

.PHONY: lock
lock: ## pin every package anew in requirements/ (needs uv; UPGRADE=1 takes newer releases)
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## remove what these targets made; your data and .env stay
	@rm -rf $(VENV) $(VENV).lock .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache \
		.benchmarks htmlcov build dist mutants
	@find $(SOURCES) -type d -name __pycache__ -prune -exec rm -rf {} +
