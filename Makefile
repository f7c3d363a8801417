# The catalog is the state. Each stage asks it what is left, does that, and records every result as
# it lands, so any target may be stopped and repeated. No recipe compares the catalog's timestamp:
# a commit goes to the write-ahead log and does not move it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.NOTPARALLEL:

# What to work on: make all IMAGES=photos DETECTIONS=detections.json N=500
CATALOG    ?= catalog.db
IMAGES     ?=
DETECTIONS ?=
SEQUENCES  ?=
PROVIDER   ?= baseline
MODEL      ?=
N          ?= 5000
LIMIT      ?=
OUT        ?= site
DEMO       ?= demo
NAME       ?= $(USER)
PHOTOS     ?= 5000

# With a herocat that is installed elsewhere: make HEROCAT=herocat ...
VENV    ?= .venv
PYTHON  ?= python3
HEROCAT ?= $(VENV)/bin/herocat
BIN     := $(VENV)/bin
export HEROCAT_CATALOG := $(CATALOG)

# An empty variable is answered by a sentence: rm -rf "$(DEMO)/site" would mean another folder.
need  = $(or $($(1)),$(error $(1) is empty; say $(1)=... or leave it out; nothing was done))
given = $(foreach file,IMAGES DETECTIONS SEQUENCES,$(if $($(file)),"$($(file))"))
model = $(if $(MODEL),--model $(MODEL))
limit = $(if $(LIMIT),--limit $(LIMIT))

##@ Start
.PHONY: setup demo
setup: $(HEROCAT) ## Install herocat into .venv
demo: setup ## Draw a small collection and run the whole job on it, offline and free
	$(HEROCAT) demo $(call need,DEMO)
	@$(MAKE) all CATALOG=$(DEMO)/catalog.db IMAGES=$(DEMO)/photos DETECTIONS=$(DEMO)/detections.json \
	  SEQUENCES=$(DEMO)/sequences.json PROVIDER=baseline MODEL= N=40 LIMIT= OUT=$(DEMO)/site

##@ Stages, in order
.PHONY: init ingest sequence measure select label compare train predict album html all
init: setup ## Create CATALOG, or bring it up to date
	$(HEROCAT) init
ingest: init ## Take in the folder IMAGES and the files DETECTIONS and SEQUENCES
	$(if $(strip $(given)),$(HEROCAT) ingest $(given),@echo 'nothing to take in; say what, as: make ingest IMAGES=photos DETECTIONS=detections.json')
sequence: setup ## Infer bursts where no file gave them
	$(HEROCAT) sequence
measure: setup ## Read pixels
	$(HEROCAT) measure
select: setup ## Choose N candidates, and keep thumbnails of them and their bursts
	$(HEROCAT) select -n $(call need,N) --burst champion
	$(HEROCAT) measure
label: setup ## Have the candidates rated by PROVIDER (and its MODEL), at most LIMIT of them
	$(HEROCAT) label $(strip --provider $(call need,PROVIDER) $(model) $(limit))
train: setup ## Train a scorer on what people have said, or models
	$(HEROCAT) train
predict: setup ## Score every measured photo with the trained scorer
	$(HEROCAT) predict
album: setup ## Make an album of a few photos that are good and different
	$(HEROCAT) album
compare: setup ## Show how the label runs agree
	$(HEROCAT) compare
html: setup ## Write pages with pictures, scores and reasons to OUT
	$(HEROCAT) export html --out "$(call need,OUT)"
all: setup ## Everything above, in order; besides label, the only target that may call PROVIDER
	@for stage in ingest sequence measure select label compare html; do $(MAKE) $$stage; done
	@printf '\nThe pictures, best first:  %s\n' "$(abspath $(OUT))/index.html"
	@printf 'Everything, in Datasette:  %s\n' "$(HEROCAT) -c $(CATALOG) browse"

##@ Looking
.PHONY: status browse rate verify
status: setup ## What is in CATALOG, what is left, what to run next
	@$(HEROCAT) status
browse: setup ## Open CATALOG in Datasette
	$(HEROCAT) browse
rate: setup ## Rate photos in the browser, as NAME
	$(HEROCAT) rate "$(call need,NAME)"
verify: setup ## Check that CATALOG is whole
	$(HEROCAT) verify

##@ Development
.PHONY: test check bench bench-ingest bench-label bench-browse bench-export stress screenshots docs clean help
test: $(BIN)/pytest ## Run the tests
	$(BIN)/pytest -n auto --dist worksteal
check: $(BIN)/pytest ## Check format, style, types and the direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
bench: $(BIN)/pytest ## Measure what exists to be fast, each against a plain way in the same run
	$(BIN)/python -m tests.bench
bench-ingest: $(BIN)/pytest ## Measure taking in and choosing alone
	$(BIN)/python -m tests.bench.ingest
bench-label: $(BIN)/pytest ## Measure how full label keeps its servers, and how fast pictures are made ready
	$(BIN)/python -m tests.bench.labeling
bench-export: $(BIN)/pytest ## Measure the gallery alone, of PHOTOS photos
	$(BIN)/python -m tests.bench.export $(call need,PHOTOS)
bench-browse: $(BIN)/pytest ## Measure the pages in the browser on a catalog of 1.3 million photos
	$(BIN)/python -m tests.bench.browse
stress: $(BIN)/pytest ## Run the long proofs: many kills, much fuzzing
	$(BIN)/pytest -n auto -m stress
screenshots: demo $(BIN)/pytest ## Take the pictures of the pages that the documentation shows
	$(BIN)/python -m tests.screenshots $(call need,DEMO)/site docs/images
	$(BIN)/python -m tests.screenshots_browse $(DEMO)/catalog.db docs/images
docs: $(BIN)/pytest ## Write the generated parts of the documentation anew
	$(BIN)/cog -P -I docs -cr README.md docs/*.md metadata.yaml
clean: ## Remove what can be had again for free; never a catalog
	rm -rf $(call need,DEMO)/site .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
help: ## Show this help
	@awk -F ':.*## ' '/^##@/ {printf "\n%s\n", substr($$0, 5)} /^[a-z.-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
$(BIN)/herocat: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@
$(BIN)/pytest: pyproject.toml | $(BIN)/python
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(BIN)/herocat

# The one catalog that is a file like others: what `datasette catalog.db.example` shows.
catalog.db.example: $(shell find sql herocat -name '*.sql' -o -name '*.py') | setup
	$(HEROCAT) demo $(DEMO)
	rm -f $@.new $@.built
	@for command in init "ingest $(DEMO)/photos $(DEMO)/detections.json $(DEMO)/sequences.json" \
	  sequence measure "select -n 16 --burst champion" measure label; do \
	  echo "$(HEROCAT) -c $@.new $$command"; $(HEROCAT) -c $@.new $$command; done
	$(BIN)/python -c "import sqlite3; sqlite3.connect('$@.new').execute(\"vacuum into '$@.built'\")"
	rm -f $@.new $@.new-* $@.new.*.lock
	mv $@.built $@
