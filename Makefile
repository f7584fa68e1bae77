# Everything a newcomer needs: `make help`.
PYTHON ?= python3.11
VENV ?= .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help demo playground test test-browser lint format bench clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt requirements-dev.txt
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (the first time takes a minute or more)"
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

demo: $(READY) ## Play a conversation with the bot; pictures go to out/
	$(RUN) -m handler.playground.demo --output out

playground: $(READY) ## Chat with the bot in the browser, no token needed
	$(RUN) -m handler playground

test: $(READY) ## Run the tests
	$(RUN) -m pytest -m "not browser and not container"

test-browser: $(READY) ## Run the tests that drive a headless Chromium
	$(RUN) -m pytest -m browser

lint: $(READY) ## Check style and types
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy

format: $(READY) ## Put the code into the house style
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: $(READY) ## Measure seconds, milliseconds and memory of the running bot
	$(RUN) -m handler.playground.bench

clean: ## Remove the virtual environment and what was made
	rm -rf $(VENV) out .pytest_cache .mypy_cache .ruff_cache .hypothesis
