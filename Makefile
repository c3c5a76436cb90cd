# The commands that the README, the CI and people share. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
OUT ?= out
# Tests run beside one another; two workers suit the smallest machines we serve.
WORKERS ?= auto
# Which long proofs; all of them unless folders are named.
LONG ?=
# How many minutes after their start a last long proof may begin; no end unless said.
MINUTES ?=

.DEFAULT_GOAL := help
.PHONY: help setup system demo lab test test-long lint docs bench bench-reports bench-dashboards bench-protection bench-statistics lock clean

help:  ## This list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | sort

setup: $(STAMP)  ## A virtual environment in .venv with the locked packages, bytecode compiled

$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) scripts/setup_environment.py $(VENV)
	@touch $(STAMP)

system:  ## What tests need from the system: PostgreSQL, Chromium, LibreOffice; installs what is missing, and says so
	$(PYTHON) scripts/install_system_packages.py

demo: setup  ## The main job end to end on the fictional service
	$(BIN)/etm demo --out $(OUT)/demo

lab: setup  ## JupyterLab on the notebooks
	$(BIN)/etm lab

test: setup system  ## The default test suite
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m "not long" --doctest-modules

test-long: setup system  ## The long proofs, each printing its counts
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup -m long -rA --timeout 3000 \
	  $(if $(MINUTES),--minutes $(MINUTES)) $(LONG)

lint: setup  ## Style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: setup  ## The documentation as pages in site/
	$(BIN)/mkdocs build --strict

bench: bench-protection bench-statistics bench-reports bench-dashboards  ## Every benchmark, as ratios in one run

bench-protection bench-statistics bench-reports bench-dashboards: setup
	$(BIN)/python benchmarks/$(subst -,_,$@).py $(OPTIONS)

bench-dashboards: OPTIONS = $(if $(PEERS),--peers $(PEERS))

lock:  ## requirements.lock from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-annotate --custom-compile-command "make lock" -q -o requirements.lock

clean:
	rm -rf $(OUT) build dist site .mypy_cache .ruff_cache .hypothesis
