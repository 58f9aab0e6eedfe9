# Two commands for people: `make demo` and `make test`. Both set up what is missing first.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test install check bench clean lock
.DEFAULT_GOAL := demo

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is missing (set PYTHON=...)"; exit 1; }
	@echo "Installing into $(VENV), about a minute the first time"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

install: $(READY)  ## create .venv with everything in it

demo: $(READY)  ## two invented shops, one catalogue, live updates (ARGS=--once ends by itself)
	$(BIN)/regie demo $(ARGS)

test: $(READY)  ## the whole suite
	$(BIN)/python -m pytest -n 3 --dist worksteal $(ARGS)

check: $(READY)  ## style, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/mypy graphql/gateway
	$(BIN)/lint-imports

bench: $(READY)  ## all benches, the short form
	for script in ingest growth baseline; do $(BIN)/python bench/$$script.py --quick || exit 1; done

lock:  ## resolve the locked versions anew, for the oldest supported Python
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11.2 --generate-hashes --no-annotate \
		--group dev --extra postgres --custom-compile-command "make lock" pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) regie-data .pytest_cache .mypy_cache .ruff_cache
