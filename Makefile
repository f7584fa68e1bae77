# Everything a newcomer needs: `make help`.
PYTHON ?= python3.11
VENV ?= .venv
RUN := $(VENV)/bin/python
READY := $(VENV)/.ready

# AWS's tool for deploying, in a virtual environment of its own: it pins much of what it uses.
SAM_CLI := aws-sam-cli==1.170.0
SAM_VENV ?= .venv-sam
SAM := $(SAM_VENV)/bin/sam
SAM_READY := $(SAM_VENV)/.ready
export SAM_CLI_TELEMETRY = 0

# Likewise.
CHECKOV := checkov==3.3.30
CHECKOV_VENV ?= .venv-checkov

STACK ?= neon-bot
# For the template, as Name=value Name=value; those not given keep their values.
PARAMETERS ?=

# Functions on instances that Lambda manages ask for Python 3.13 or newer.
GPU_BASE_IMAGE ?= python:3.13-slim-bookworm

.DEFAULT_GOAL := help
.PHONY: help demo playground check test test-browser test-slow test-container lint audit checkov wheels sbom format bench load bench-neon bench-upscale bench-lambda bench-handover bench-threads faults sam-local stand-ins stand-ins-down image deploy gpu-image rollback destroy clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(READY): requirements.txt requirements-dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (the first time takes a minute or more)"
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt -e .
	@touch $@

$(SAM_READY): Makefile
	@echo "Setting up $(SAM_VENV)"
	$(PYTHON) -m venv $(SAM_VENV)
	$(SAM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(SAM_CLI)
	@touch $@

demo: $(READY) ## Play a conversation with the bot; pictures go to out/
	$(RUN) -m playground.demo --output out

playground: $(READY) ## Chat with the bot in the browser, no token needed
	$(RUN) -m playground

check: lint test ## The one gate: style, types, imports, tests

test: $(READY) ## Run the tests, as many at once as there are cores
	$(RUN) -m pytest -m "not browser and not container and not slow" -n auto --dist worksteal

test-slow: $(READY) $(SAM_READY) ## Run the slow tests, as many files at once as there are cores
	$(RUN) -m pytest -m slow -n auto --dist loadfile

test-browser: $(READY) ## Run the tests that drive a headless Chromium
	$(RUN) -m pytest -m browser -n auto --dist loadfile

test-container: $(READY) $(SAM_READY) ## Run the tests that build the image and run it (needs Docker)
	$(RUN) -m pytest -m container

lint: $(READY) ## Check style, types and the layers of imports
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	$(VENV)/bin/lint-imports --no-cache
	$(VENV)/bin/bandit --quiet --recursive --severity-level medium handler model_layer training playground benchmarks

audit: $(READY) ## Look for known advisories of what the image contains (asks PyPI)
	$(VENV)/bin/pip-audit --requirement handler/constraints.txt --no-deps --disable-pip --strict

checkov: ## Look for weak spots in the templates; .checkov.yaml says what is meant (asks PyPI)
	[ -x $(CHECKOV_VENV)/bin/checkov ] || { $(PYTHON) -m venv $(CHECKOV_VENV) \
		&& $(CHECKOV_VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(CHECKOV); }
	$(CHECKOV_VENV)/bin/checkov --config-file .checkov.yaml

wheels: $(READY) ## Look for a wheel of every pin for arm64 (asks PyPI)
	$(RUN) -m pip install --dry-run --quiet --target out --ignore-installed --no-deps --only-binary :all: \
		--python-version 3.11 --platform manylinux_2_28_aarch64 --platform manylinux_2_17_aarch64 \
		--requirement handler/constraints.txt

sbom: $(READY) ## List what the image contains, as CycloneDX: out/sbom.json
	mkdir -p out
	$(VENV)/bin/cyclonedx-py requirements handler/constraints.txt --pyproject pyproject.toml \
		--output-reproducible --output-file out/sbom.json

format: $(READY) ## Put the code into the house style
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

bench: $(READY) ## Measure seconds, milliseconds and memory of the running bot
	$(RUN) -m benchmarks.bot

bench-neon: $(READY) ## Measure the neon effect stage by stage, against the generator alone
	$(RUN) -m benchmarks.neon $(OPTIONS)

bench-upscale: $(READY) ## Measure upscaling on the CPU (OPTIONS="--whole --variants" for all of it)
	$(RUN) -m benchmarks.upscale $(OPTIONS)

bench-handover: $(READY) ## Measure what the second process costs between press and picture
	$(RUN) -m benchmarks.handover $(OPTIONS)

bench-threads: $(READY) ## Measure how OpenMP's threads should wait, and how many there should be
	$(RUN) -m benchmarks.threads $(OPTIONS)

load: $(READY) ## Let many people at it at once (OPTIONS="--jobs 200 --chats 20")
	$(RUN) -m benchmarks.load $(OPTIONS)

faults: $(READY) ## Let everything go wrong at once (OPTIONS="--seed 2 --jobs 100 --aws")
	$(RUN) -m benchmarks.faults $(OPTIONS)

bench-lambda: $(READY) $(SAM_READY) ## Measure cold starts under Lambda's emulator
	$(RUN) -m benchmarks.emulator

sam-local: $(READY) $(SAM_READY) ## Send every sample event through the functions, in containers
	$(SAM) build
	$(RUN) -m playground.aws.sam_local --sam $(SAM)

stand-ins: $(READY) ## Run a local Telegram and AWS in the background, for `sam local`
	$(RUN) -m playground.aws.stand_ins up

stand-ins-down: $(READY) ## End them
	$(RUN) -m playground.aws.stand_ins down

image: ## Build the image for hosts of your own: neon-bot:serve (needs Docker)
	docker build --file handler/Dockerfile --target serve --tag neon-bot:serve .

deploy: $(READY) $(SAM_READY) ## Put the bot on AWS, or bring it up to date (docs/aws.md)
	$(SAM) build
	$(SAM) deploy --template-file bootstrap.yaml --stack-name $(STACK)-base
	$(RUN) -m model_layer publish "$$($(RUN) -m handler stack output $(STACK)-base WeightsUrl)"
	$(SAM) deploy --stack-name $(STACK) \
		--image-repository "$$($(RUN) -m handler stack output $(STACK)-base RepositoryUri)" \
		--parameter-overrides \
		WeightsBucket="$$($(RUN) -m handler stack output $(STACK)-base WeightsBucket)" \
		Release="$$($(RUN) -m handler stack release $(STACK) \
			"$$(docker image inspect --format '{{.Id}}' neon-bot:latest)" '$(PARAMETERS)')" \
		Trial="\"$$($(RUN) -m handler trial)\"" $(PARAMETERS)
	$(RUN) -m handler webhook set --stack $(STACK)

gpu-image: $(READY) ## Build the CUDA image and push it; prints it for GpuImage (docs/aws.md)
	repository=$$($(RUN) -m handler stack output $(STACK)-base RepositoryUri) \
		&& aws ecr get-login-password \
			| docker login --username AWS --password-stdin "$${repository%%/*}" \
		&& docker build --platform linux/amd64 --file handler/Dockerfile --target lambda \
			--build-arg TORCH=cuda --build-arg BASE_IMAGE=$(GPU_BASE_IMAGE) \
			--tag "$$repository:gpu" . \
		&& docker push "$$repository:gpu" \
		&& docker inspect --format '{{index .RepoDigests 0}}' "$$repository:gpu"

rollback: $(READY) ## Let the functions on AWS run the version before, with its weights
	$(RUN) -m handler stack rollback $(STACK)

destroy: $(READY) $(SAM_READY) ## Remove the bot from AWS, with everything it stored there
	-$(RUN) -m handler webhook delete --stack $(STACK)
	$(SAM) delete --stack-name $(STACK) --no-prompts
	$(RUN) -m handler stack empty $(STACK)-base
	$(SAM) delete --stack-name $(STACK)-base --no-prompts

clean: ## Remove the virtual environments and what was made
	rm -rf $(VENV) $(SAM_VENV) $(CHECKOV_VENV) .aws-sam out .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
