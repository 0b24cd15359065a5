# Two commands matter: `make demo` and `make test`. Each sets up what it needs, once.
# Needed on the machine: sh, make, Python 3.11, Node 22 or newer, and one way to a Firestore engine
# (Java 21, hidane, or cargo, with which hidane is built once).

# Production runs 3.11; another Python is tried with: make test PYTHON3=python3.13
PYTHON3 ?= python3.11
VENV := functions/venv
PYTHON := $(VENV)/bin/python
VENV_READY := $(VENV)/.ready
NODE_READY := node_modules/.ready
WORKERS ?= logical
# More pytest arguments, as in: make test ARGS="-k capture"
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo dev test test-fast soak lint docs bench lock clean

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(VENV_READY) $(NODE_READY) ## Install the pinned Python and Node packages (the others do this by themselves)

demo: setup ## Tell the whole story on the local stack: both doors, the chat, capture, an extension, cancel, 72 hours, the shop
	@exec $(PYTHON) -m emulators.demo

dev: setup ## Start the local stack and keep it running
	@exec $(PYTHON) -m emulators.stack

test: setup lint ## Run everything: lint and all tests, on real engines
	@$(PYTHON) -m emulators.stack.prepare
	@exec $(PYTHON) -m pytest -n $(WORKERS) --maxprocesses 8 $(ARGS)

soak: setup ## Play a whole month of troubles with 300 chats and 100 orders: keys, accounts, documents, webhooks; an hour or more
	@SOAK=1 exec $(PYTHON) -m pytest -s tests/integration/test_month.py $(ARGS)

test-fast: $(VENV_READY) lint ## Run lint and the tests that need no emulator; seconds
	@exec $(PYTHON) -m pytest tests/unit $(ARGS)

lint: $(VENV_READY) ## Check style, types and the lines between the modules
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/ruff format --quiet --check .
	@$(VENV)/bin/mypy
	@PYTHONPATH=functions $(VENV)/bin/lint-imports --config pyproject.toml --no-logo

docs: $(VENV_READY) ## Write what the code says into docs/reference
	@PYTHONPATH=functions exec $(PYTHON) -m docs.generator

bench: setup ## Measure speed and size, as ratios within one run
	@exec $(PYTHON) -m bench

lock: ## Compile the pinned requirements again from the .in files
	@python3.11 -m venv .lock
	@.lock/bin/pip install --quiet --disable-pip-version-check uv==0.13.9
	@for name in functions/requirements requirements-dev; do \
	  .lock/bin/uv pip compile --quiet --upgrade --universal --generate-hashes --python-version 3.11 --custom-compile-command "make lock" $$name.in -o $$name.txt || exit 1; \
	done
	@rm -rf .lock

clean: ## Remove what set-up and tools have made in this folder
	@rm -rf $(VENV) node_modules .lock .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV_READY): functions/requirements.txt requirements-dev.txt
	@command -v $(PYTHON3) >/dev/null || { echo "Python 3.11 is needed: there is no $(PYTHON3) on the PATH." >&2; exit 1; }
	@echo "Setting up Python packages in $(VENV), once: about a minute …"
	@$(PYTHON3) -m venv $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check -r functions/requirements.txt -r requirements-dev.txt
	@touch $@

$(NODE_READY): package-lock.json
	@node -e 'process.exit(parseInt(process.versions.node) < 22 ? 1 : 0)' 2>/dev/null || { echo "Node 22 or newer is needed on the PATH." >&2; exit 1; }
	@echo "Setting up Node packages in node_modules, once: about a minute …"
	@npm ci --no-progress --loglevel=error
	@touch $@
