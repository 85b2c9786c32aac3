# `make demo` and `make test` need Python 3.11 or newer and nothing else; both make .venv first.
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: demo test lint audit constraints sbom clean

demo: $(VENV)/.ready
	@$(RUN)/help-clip demo $(ARGS)

test: $(VENV)/.ready-dev
	@$(RUN)/python -m pytest -n auto --dist loadfile $(ARGS)

lint: $(VENV)/.ready-dev
	@$(RUN)/ruff format --check . && $(RUN)/ruff check . && $(RUN)/mypy && $(RUN)/lint-imports

audit: $(VENV)/.ready .venv-audit/.ready
	@.venv-audit/bin/python .ci/audit $$($(RUN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

# The pins and hashes of an installation. What is pinned stays, unless ARGS=--upgrade is given.
constraints: .venv-supply/.ready
	@echo 'setuptools>=77' | .venv-supply/bin/uv pip compile pyproject.toml - --quiet --universal --python-version 3.11 \
	  --extra postgres --generate-hashes --no-emit-index-url --custom-compile-command 'make constraints' \
	  --output-file constraints.txt $(ARGS)

sbom: $(VENV)/.ready .venv-supply/.ready
	@mkdir -p build
	@.venv-supply/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible \
	  --output-file build/sbom.cdx.json $(RUN)/python
	@echo "build/sbom.cdx.json"

.venv-supply/.ready:
	@$(PYTHON) -m venv .venv-supply
	@.venv-supply/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.5' 'cyclonedx-bom>=6,<8' || $(NO_NETWORK)
	@touch $@

# Apart from the program's own environment, so that auditing changes nothing in it.
.venv-audit/.ready:
	@$(PYTHON) -m venv .venv-audit
	@.venv-audit/bin/python -m pip install --quiet --disable-pip-version-check 'pip-audit>=2.7' 'detect-secrets>=1.5' || $(NO_NETWORK)
	@touch $@

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "help-clip needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1 || echo missing)."; \
	  echo "Install it, or name it: make PYTHON=python3.12 ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing (Debian: apt install python3-venv)."; exit 1; }
	@touch $@

$(VENV)/.ready: pyproject.toml $(VENV)/.python
	@echo "Installing help-clip into $(VENV) (the first time takes a minute) ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check -e . || $(NO_NETWORK)
	@touch $@

$(VENV)/.ready-dev: pyproject.toml $(VENV)/.python
	@echo "Installing help-clip and its test tools into $(VENV) (the first time takes a few minutes) ..."
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]' || $(NO_NETWORK)
	@touch $@ $(VENV)/.ready

NO_NETWORK = { echo "Installing failed. Is the network there, and does pip reach its package index?"; exit 1; }

clean:
	rm -rf $(VENV) .venv-audit .venv-supply build *.egg-info
