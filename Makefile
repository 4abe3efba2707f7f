# `make help` lists what there is. Two virtual-environment stamps: `.runtime` (requirements.txt) and `.dev` (its superset).

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv
LOCKED := --quiet --require-hashes --no-deps --no-compile
COMPILE := uv pip compile --quiet --universal --generate-hashes --python-version 3.11 --no-header
PYTEST := $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

# ingest/email would hide the standard library's `email` if a script's own folder came first on the path
export PYTHONSAFEPATH := 1
# wherever this is set, each of the hundreds of processes that tests start would compile every library anew: seconds each
export PYTHONDONTWRITEBYTECODE :=

FUZZ_SECONDS ?= 120

.PHONY: help run install dev check test test-deps image torture fuzz mutations sbom bench mails reference lock lint types layers clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: $(RUNTIME) ## install, and run the demo: a mailbox, a mail catcher and the pages on this machine
	@$(BIN)/aiguillage run --demo

install: $(RUNTIME) ## the virtual environment in .venv, with the pinned lock
	@echo "installed: $(BIN)/aiguillage --help"

dev: $(DEV) ## the same with everything that checks and tests need

check: lint types layers ## within two minutes: ruff, mypy, import-linter, fast tests
	$(PYTEST) -q -m "not slow and not torture and not fuzz and not servers"

test: $(DEV) ## every check and test; with CI=true and as root, what they need is installed first
	@if [ "$$CI" = true ] && [ "$$(id -u)" = 0 ]; then $(MAKE) --no-print-directory test-deps; fi
	@$(MAKE) --no-print-directory --jobs=2 --output-sync lint types layers
	$(PYTEST) -m "not torture and not fuzz" --durations=15

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(BIN)/mypy

layers: $(DEV)
	$(BIN)/lint-imports

test-deps: ## as root: Debian's servers that tests use (never enabled as services)
	sh scripts/test-deps.sh

image: ## as root, with buildah and mmdebstrap: build the image without an engine, measure it and start it
	sh scripts/image.sh

torture: $(DEV) ## long fault injection, and write docs/reliability.md
	$(BIN)/python -m pytest -m torture --timeout=1800; failed=$$?; $(BIN)/python -m tests.torture.page; exit $$failed

fuzz: $(DEV) ## fuzz each target for FUZZ_SECONDS under atheris, then the parser by mutated mails
	for target in parser screen signature menu profile; do $(BIN)/python -m tests.fuzz $$target $(FUZZ_SECONDS) || exit 1; done
	$(PYTEST) -m fuzz --timeout=3600

mutations: $(DEV) ## take each protection of docs/security.md out, run its test, and write the page's table
	$(BIN)/python -m tests.security.mutations

sbom: $(RUNTIME) ## a bill of materials of the pinned packages (CycloneDX): var/sbom.cdx.json
	@mkdir -p var && $(BIN)/python scripts/sbom.py requirements.txt > var/sbom.cdx.json && echo var/sbom.cdx.json

bench: $(DEV) ## measure, and write docs/performance.md
	$(BIN)/python -m bench

mails: $(DEV) ## every mail in every language, as its receiver sees it: var/mails/index.html
	$(BIN)/python scripts/mails.py var/mails

reference: $(DEV) ## every key of a profile, from its types: docs/profile-reference.md
	$(BIN)/python scripts/profile_reference.py

lock: ## compile the locks again (needs uv)
	@command -v uv >/dev/null || { echo "uv is missing: pipx install uv" >&2; exit 1; }
	$(COMPILE) --extra demo --extra postgres --extra redis --extra train --extra pdf --group dev -o requirements-dev.txt pyproject.toml
	$(COMPILE) --extra demo --extra postgres --extra redis --group build -c requirements-dev.txt -o requirements.txt pyproject.toml
	$(COMPILE) --extra speech -c requirements-dev.txt -o requirements-speech.txt pyproject.toml
	$(COMPILE) --extra pdf -c requirements-dev.txt -o requirements-pdf.txt pyproject.toml

clean: ## remove the virtual environment and every cache; the data in var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis build dist

$(RUNTIME): requirements.txt pyproject.toml $(BIN)/pip
	@echo "installing the pinned packages into $(VENV): a minute or two the first time"
	@$(PIP) install $(LOCKED) -r requirements.txt
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $@

$(DEV): requirements-dev.txt requirements.txt pyproject.toml $(BIN)/pip
	@echo "installing the pinned packages, with those that tests need, into $(VENV): a minute or two the first time"
	@$(PIP) install $(LOCKED) -r requirements-dev.txt
	@$(PIP) install --quiet --no-build-isolation --no-deps -e .
	@touch $(RUNTIME) $@

# an environment whose making was cut short, or whose Python is gone, is made again
ifneq ($(shell test -x $(BIN)/python && test -x $(BIN)/pip && echo whole),whole)
.PHONY: $(BIN)/pip
endif

$(BIN)/pip:
	@python=$$(sh scripts/find-python.sh) && "$$python" -m venv --clear $(VENV)
