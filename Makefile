# Two commands matter: `make run` and `make test`. Both need only Python 3.11 or newer, pip and make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

BIN := .venv/bin
TRIES := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python
NEWER := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
TYPED := wijkbudget

.PHONY: help run bench-tally bench-cast demo-clean setup setup-dev test test-faults pytest lint format check lock wheel screenshots chromium

help:  ## Show this list
	@echo "wijkbudget: from proposal to an allocation that anyone can recount"
	@echo
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  Settings: PORT=5001 make run; every WIJKBUDGET_* variable of the README is honoured."

run: setup  ## Start the demonstration on http://127.0.0.1:5000 (keeps its data in instance/)
	@exec $(BIN)/wijkbudget demo

setup: .venv/.runtime  ## Make .venv with the locked packages and the command .venv/bin/wijkbudget

setup-dev: .venv/.development  ## The same, with what tests and lint need

test: setup-dev chromium lint  ## Everything that must be green: lint, types, contracts and all tests
	@$(BIN)/python -m pytest -q

pytest: setup-dev  ## The tests alone; choose some with ARGS="tests/cli -k mail"
	@$(BIN)/python -m pytest -q $(ARGS)

test-faults: setup-dev  ## Kill, cut off, fill up and mislead the product: each vote must be there once (part of test)
	@$(BIN)/python -m pytest -q tests/faults $(ARGS)

lint: setup-dev  ## Style, types, templates and import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy $(TYPED)
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports --no-logo

format: setup-dev  ## Put code in the house style
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

check: test  ## The same as test

lock: setup-dev  ## Renew uv.lock after a change in pyproject.toml, and the hashed lists for plain pip
	$(BIN)/uv lock
	$(BIN)/uv export --quiet --frozen --no-dev --no-emit-project --no-header -o requirements.txt
	$(BIN)/uv export --quiet --frozen --no-emit-project --no-header -o requirements-dev.txt

wheel: setup-dev  ## Build dist/wijkbudget-*.whl
	$(BIN)/python -m hatchling build --target wheel

screenshots: setup-dev chromium  ## Take the pictures of the README again
	@$(BIN)/python -m docs.screenshots.take

bench-tally: setup-dev  ## Time the counting rules beside other programs (long; see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.tally $(ARGS)

bench-cast: setup-dev  ## Time how many votes the website takes in a second (four minutes; see benchmarks/README.md)
	@$(BIN)/python -m benchmarks.cast $(ARGS)

demo-clean:  ## Forget the demonstration's data (asks first)
	@printf 'Remove the database, the key and the clock in instance/? Type yes: '; read answer; [ "$$answer" = yes ]
	@find instance -mindepth 1 ! -name README.md -delete

.venv/bin/python:
	@for python in $(TRIES); do \
	  if "$$python" -c '$(NEWER)' >/dev/null 2>&1; then echo "Using $$("$$python" --version)"; exec "$$python" -m venv .venv; fi; \
	done; \
	echo "No Python 3.11 or newer with venv was found (tried: $(TRIES)). Install it, or name it: PYTHON=/path/to/python make run" >&2; \
	exit 1

.venv/bin/uv: | .venv/bin/python
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had; going on with pip" >&2

.venv/.runtime: pyproject.toml uv.lock requirements.txt | .venv/bin/uv
	@$(call install,--no-dev,requirements.txt)
	@$(BIN)/uv sync --quiet --frozen --inexact --no-python-downloads --python $(BIN)/python --no-dev --extra fast 2>/dev/null || \
	  echo "Going on without numba: large elections are counted more slowly, with the same result" >&2
	@touch $@

.venv/.development: pyproject.toml uv.lock requirements-dev.txt | .venv/bin/uv
	@$(call install,,requirements-dev.txt)
	@touch $@ .venv/.runtime

# $(1): options of uv sync, $(2): the same packages for plain pip, with the hashes of the lock file.
define install
if [ -x $(BIN)/uv ] && $(BIN)/uv sync --quiet --frozen --inexact --no-python-downloads --python $(BIN)/python $(1); then :; else \
  echo "Installing with pip from $(2)" >&2 && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2) && \
  $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .; \
fi
endef

# The browser tests need Debian's Chromium. Without it they are skipped loudly, and with CI=true they fail.
chromium:
	@if [ -x /usr/bin/chromium ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests"; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; } >/dev/null \
	  || echo "CHROMIUM COULD NOT BE INSTALLED: the browser tests will not run" >&2; \
	else echo "CHROMIUM IS MISSING (/usr/bin/chromium) and only root can install it: the browser tests will not run" >&2; fi
