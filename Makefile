# Varda. Needs Python 3.11 or newer, make and git; everything else is installed into .venv, by hash.
# A stamp in .venv remembers which lock was installed, so that a second run starts at once.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:

BIN := .venv/bin
FIND_PYTHON := for p in python3.11 python3.12 python3.13 python3; do \
	  if "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo "$$p"; exit; fi; done
PATIENTS ?=
ARGS ?=
WORKERS ?= -n auto --maxprocesses 4 --dist worksteal

##@ Use it
.PHONY: help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} /^##@ / {printf "\n%s\n", substr($$0, 5)} \
	  /^[a-z-]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: demo
demo: .venv/.stamp-run ## install, fill a small invented county and serve it (PATIENTS=500; the VARDA_ settings are honoured)
	@exec $(BIN)/varda demo $(if $(PATIENTS),--patients $(PATIENTS)) $(ARGS)

##@ Work on it
.PHONY: test
test: test-ready ## all tests but the long ones (ARGS="-k note" narrows)
	@$(BIN)/python -m pytest $(WORKERS) $(ARGS)

.PHONY: check
check: .venv/.stamp-dev ## what a merge must pass: format, lint, types, floors, templates, secrets, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint varda/web --lint
	@$(BIN)/python -m tools.secrets
	@$(MAKE) test

.PHONY: audit
audit: .venv/.stamp-dev ## ask the advisory database about every locked package (2: it could not be asked)
	@$(BIN)/python -m tools.audit

.PHONY: prove
prove: test-ready ## the long proofs at full count (all FHIR examples, kill -9 runs, …), properties by new examples, a new order
	@$(BIN)/python -m pytest -m "long or hypothesis" --hypothesis-profile=search --randomly-seed=default $(WORKERS) $(ARGS)

.PHONY: bench
bench: .venv/.stamp-run ## figures of docs/performance.md, against URL=… or a server of its own
	@exec $(BIN)/varda bench $(if $(URL),--base-url $(URL)) $(ARGS)

.PHONY: lock
lock: .venv/.stamp-lock ## renew requirements*.lock from pyproject.toml, with hashes and without index addresses
	@tools/lock $(ARGS)

.PHONY: references
references: .venv/.stamp-dev ## write docs/reference anew from the code
	@$(BIN)/python -m tools.references

.PHONY: clean
clean: ## remove .venv and caches (never VARDA_HOME)
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# --- what the targets above stand on ---------------------------------------------------------------------------------

.PHONY: test-ready
test-ready: .venv/.stamp-dev
	@tools/fhir-examples
	@$(BIN)/python -m tests.support.browser

.venv/bin/python:
	@python="$$($(FIND_PYTHON))"; \
	  if [ -z "$$python" ]; then echo "Varda needs Python 3.11 or newer; none was found on the PATH." >&2; exit 1; fi; \
	  "$$python" -m venv .venv || { rm -rf .venv; echo "$$python cannot make a virtual environment. On Debian and" \
	    "Ubuntu: apt-get install python3-venv" >&2; exit 1; }

# The package is installed without dependencies of its own choosing: what runs is what the lock says, nothing else.
.venv/.stamp-run: requirements.lock requirements-build.lock pyproject.toml | .venv/bin/python
	@echo "Installing Varda into .venv …"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements.lock -r requirements-build.lock
	@$(BIN)/python -m pip install --disable-pip-version-check -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.stamp-dev: requirements-dev.lock .venv/.stamp-run
	@echo "Installing the tools of development into .venv …"
	@$(BIN)/python -m pip install --disable-pip-version-check -q --require-hashes -r requirements-dev.lock
	@touch $@

.venv/.stamp-lock: | .venv/bin/python
	@$(BIN)/python -m pip install --disable-pip-version-check -q uv
	@touch $@
