# One command does each thing: make chat, make test, make test-quick, make lint, make eval, make bench.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SETS ?= ../shared/data
DATA ?= ../shared/data/rtqa2022

# Two processes of one thread each: more threads than cores only get in each other's way.
PYTEST := OMP_NUM_THREADS=1 $(BIN)/python -m pytest -p xdist.plugin --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: install chat test test-quick lint eval bench clean

install: $(VENV)/.installed

$(VENV)/.installed: requirements.lock pyproject.toml
	@bash install.sh "$(PYTHON)" "$(VENV)"
	@touch $@

chat: install
	@$(BIN)/whosaid add seeds
	@$(BIN)/whosaid serve

test: install
	@$(PYTEST)

test-quick: install
	@$(PYTEST) -m "not slow"

lint: install
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy

eval: install
	@$(BIN)/python -m evals $(if $(wildcard $(SETS)),--data $(SETS)) $(EVAL)

bench: install
	@$(BIN)/python -m evals.bench $(if $(wildcard $(DATA)),--data $(DATA)) $(BENCH)

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
