# Filter Atlas. `make help` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python -m
READY := $(VENV)/.ready

# Whether .venv has the CUDA packages: yes or no. The stamp knows what was asked for last; it holds until asked again.
GPU ?=
HAVE := $(if $(shell grep -sx yes $(READY)),yes,no)
WANT := $(or $(GPU),$(HAVE))
ifeq ($(filter yes no,$(WANT)),)
$(error GPU is '$(GPU)'; it has to be yes or no)
endif
LOCK := requirements$(if $(filter yes,$(WANT)),-gpu).lock

PIP := PIP_USER=0 $(VENV)/bin/pip install --quiet --disable-pip-version-check

# Variables that pass through to the flag of the same name, e.g. WEIGHTS=my.npz -> --weights my.npz
WEIGHTS ?=
PREPROCESSING ?=
IMAGES ?=
LAYERS ?=
FILTERS ?=
PROFILE ?=
STORE ?=
EXECUTOR ?=
PRECISION ?=
SITE_DIR ?=
BASE_URL ?=
CONFIG ?=
FLAGS = $(if $(CONFIG),--config "$(CONFIG)") $(if $(WEIGHTS),--weights "$(WEIGHTS)") \
	$(if $(PREPROCESSING),--preprocessing "$(PREPROCESSING)") \
	$(if $(IMAGES),--images "$(IMAGES)") $(if $(LAYERS),--layers "$(LAYERS)") \
	$(if $(FILTERS),--filters "$(FILTERS)") $(if $(PROFILE),--profile "$(PROFILE)") \
	$(if $(STORE),--store "$(STORE)") $(if $(EXECUTOR),--executor "$(EXECUTOR)") $(if $(SITE_DIR),--site-dir "$(SITE_DIR)") \
	$(if $(PRECISION),--precision "$(PRECISION)") $(if $(BASE_URL),--base-url "$(BASE_URL)")

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'
	@echo; echo "  variables: WEIGHTS PREPROCESSING IMAGES LAYERS FILTERS PROFILE STORE EXECUTOR PRECISION SITE_DIR BASE_URL CONFIG, e.g. make atlas WEIGHTS=my.weights.h5 IMAGES=my/photos"

$(READY): $(LOCK) pyproject.toml $(if $(filter-out $(WANT),$(HAVE)),FORCE)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
		{ echo "Python 3.11 to 3.13 is needed and $(PYTHON) is $$($(PYTHON) -V 2>&1); name another with: make PYTHON=python3.12 ..." >&2; exit 2; }
	@$(PYTHON) -I generator/system/machine.py $(if $(filter yes,$(WANT)),--gpu)
	$(PYTHON) -m venv --clear $(VENV)
	$(PIP) --require-hashes -r $(LOCK)
	$(PIP) --no-build-isolation --no-deps -e .
	@echo $(WANT) > $@

.PHONY: FORCE
FORCE:

.PHONY: install
install: $(READY) ## make .venv with the locked packages (GPU=yes: with the CUDA packages too, on Linux)

.PHONY: atlas
atlas: $(READY) ## compute what is missing and build the site (the main job)
	@$(RUN) generator atlas $(FLAGS)

.PHONY: visualize
visualize: $(READY) ## only the synthesised images
	@$(RUN) generator visualize $(FLAGS)

.PHONY: patches
patches: $(READY) ## only the pass over the photographs
	@$(RUN) generator patches $(FLAGS)

.PHONY: site
site: $(READY) ## render the site from what the store holds, computing nothing
	@$(RUN) generator site $(FLAGS)

.PHONY: serve
serve: $(READY) ## show the built site at http://127.0.0.1:8000
	@$(RUN) generator serve $(FLAGS)

.PHONY: publish
publish: $(READY) ## push the site to the branch gh-pages of REMOTE (default: origin)
	@$(RUN) generator publish $(if $(REMOTE),--remote "$(REMOTE)") $(if $(DRY_RUN),--dry-run) $(FLAGS)

.PHONY: info
info: $(READY) ## what `make atlas` would compute and about how long it takes
	@$(RUN) generator info $(FLAGS)

.PHONY: bench
bench: $(READY) ## compare the recipes and measure the parts (SAMPLE=48 filters of a layer, or FILTERS; PUBLISHED=0)
	@$(RUN) generator bench $(FLAGS) $(if $(SAMPLE),--sample "$(SAMPLE)") $(if $(PUBLISHED),--published "$(PUBLISHED)")

.PHONY: site-figures
site-figures: $(READY) ## print the figures of a site beside their limits (WHOLE=SITE; without: of a full-size made-up one)
	@$(RUN) tests.site_figures $(if $(WHOLE),--whole "$(WHOLE)")

.PHONY: miniature
miniature: $(READY) ## train the embedded miniature anew (about half an hour)
	@$(RUN) generator.miniature.train

.PHONY: test
test: $(READY) ## run the tests (COVERAGE=yes: and fail where they reach less of the code than pyproject.toml asks)
	@$(RUN) pytest -q --ignore=tests/browser -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder \
		$(if $(filter yes,$(COVERAGE)),--cov --cov-report=term)

.PHONY: test-browser
test-browser: $(READY) ## run the tests in Chromium and Firefox (Debian: apt-get install chromium firefox-esr)
	@$(RUN) pytest -q tests/browser

ROUNDS ?= 60
.PHONY: torture
torture: $(READY) ## do harm ROUNDS times (60: over an hour) and count what survives
	@ROUNDS=$(ROUNDS) $(RUN) pytest -q tests/torture

.PHONY: audit
audit: $(READY) ## ask for known vulnerabilities of the locked packages
	@$(VENV)/bin/python .ci/audit.py

.PHONY: lint
lint: $(READY) ## check style and types
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@$(RUN) mypy

.PHONY: format
format: $(READY) ## format the code
	@$(RUN) ruff check --fix .
	@$(RUN) ruff format .

COMPILE := uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --quiet --group dev pyproject.toml -o
.PHONY: lock
lock: ## renew both locks from pyproject.toml (needs uv)
	$(COMPILE) requirements.lock
	$(COMPILE) requirements-gpu.lock --extra gpu --constraint requirements.lock
	sed -i '1i # Every package of the development environment with its hashes, for Python 3.11 to 3.13. Made by `make lock`; do not edit.' requirements.lock
	sed -i '1i # The same as requirements.lock, with the CUDA packages for `make install GPU=yes`. Made by `make lock`; do not edit.' requirements-gpu.lock

.PHONY: clean
clean: ## remove what builds leave behind; the store and .venv stay
	rm -rf build site/[!.]* .coverage* .pytest_cache .mypy_cache .ruff_cache

