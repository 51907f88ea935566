# Everything a newcomer needs: make, python3 (3.11 to 3.13) and a package registry.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check
LOCKED := --no-deps --require-hashes
# A file stays with one worker, and files begin in the order of tests/conftest.py.
SPREAD := -n auto --dist loadfile --no-loadscope-reorder

.PHONY: run live serve test test-long search lint bench faults transcript bundle lock clean
.DELETE_ON_ERROR:

run: $(VENV)/.runtime  ## the bundled exercise through the whole pipeline, without a network
	$(BIN)/firewatch exercise

live: $(VENV)/.runtime  ## one round on live feeds
	$(BIN)/firewatch run all

serve: $(VENV)/.runtime  ## Prefect server, worker and all deployments until Ctrl-C
	$(BIN)/firewatch serve

test: $(VENV)/.test $(VENV)/.broker lint  ## every check and every test but the long ones
	$(BIN)/python -m pytest $(SPREAD) -m "not long"

test-long: $(VENV)/.test  ## walks through the desk with a browser: some minutes more
	$(BIN)/python -m pytest $(SPREAD) -m long

search: $(VENV)/.test  ## property tests on examples by chance, more of them than in test, where they are always the same
	$(BIN)/python -m pytest $(SPREAD) -m "hypothesis and not long" --hypothesis-profile=search

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

faults: $(VENV)/.test  ## the whole fault matrix, hours; goes on where it was broken off; writes var/faults.json and docs/faults.md
	$(BIN)/python -m bench.faults

transcript: $(VENV)/.test  ## an exercise through a signed drill window, into docs/transcript-exercise.md
	$(BIN)/python -m bench.drill

bench: $(VENV)/.bench  ## every benchmark beside its peer; writes var/bench.json and docs/performance.md
	$(BIN)/python -m bench

bundle: $(VENV)/.runtime  ## the offline bundle, ARM64 and x86-64, into dist/
	$(BIN)/python -m deploy.bundle

lock: $(VENV)/.lock  ## the four lock files, universal, hashed, naming no registry
	for name in runtime test bench; do \
	  case $$name in runtime) more="";; \
	    test) more="--group test --group derive -c requirements/runtime.lock";; \
	    bench) more="--group test --group derive --group bench -c requirements/test.lock";; esac; \
	  $(BIN)/uv pip compile pyproject.toml --group build $$more --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-header --quiet -o requirements/$$name.lock || exit 1; done
	$(BIN)/uv pip compile --group pyproject.toml:broker --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements/broker.lock

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Python 3.11, 3.12 or 3.13 is needed; name one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.lock pyproject.toml | $(VENV)/bin/python
	$(PIP) $(LOCKED) -r requirements/runtime.lock
	$(PIP) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.test: requirements/test.lock $(VENV)/.runtime
	$(PIP) $(LOCKED) -r requirements/test.lock
	@touch $@

$(VENV)/.broker: requirements/broker.lock | $(VENV)/bin/python  ## a real MQTT broker, apart: it pins what Prefect pins otherwise
	$(PYTHON) -m venv $(VENV)/broker
	$(VENV)/broker/bin/python -m pip install --quiet --disable-pip-version-check $(LOCKED) -r requirements/broker.lock
	@touch $@

$(VENV)/.bench: requirements/bench.lock $(VENV)/.test
	$(PIP) $(LOCKED) -r requirements/bench.lock
	@touch $@

$(VENV)/.lock: $(VENV)/.runtime
	$(PIP) uv
	@touch $@

clean:
	rm -rf $(VENV) var
