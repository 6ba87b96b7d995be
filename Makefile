# Two commands matter: `make demo` and `make test`. Each sets up what it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
DEMO_STORE := .cache/demo.kgl
# Processes that share the tests out among them; see Groups in tests/conftest.py.
WORKERS ?= 2

.PHONY: demo test coverage bench fuzz docs screenshots encoder scoring clean

$(VENV)/.base: pyproject.toml constraints.txt
	@echo "Setting up $(VENV) …"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) -e .
	@touch $@

$(VENV)/.test: $(VENV)/.base
	@echo "Installing the test tools and the optional packages (sentence-transformers brings torch; this takes a while) …"
	@$(PIP) -e '.[models,analysts,test,lint]'
	@touch $@

demo: $(VENV)/.base ## Build the invented sample plans; show the matrix, a gap list, and how to open the service.
	@mkdir -p $(dir $(DEMO_STORE))
	@rm -f $(DEMO_STORE)*
	@$(BIN)/policygraph build sample --store $(DEMO_STORE)
	@$(BIN)/policygraph gaps x-qinglan-2025 --store $(DEMO_STORE)
	@echo
	@echo "打开服务 · open the service:  $(BIN)/policygraph serve --store $(DEMO_STORE)   →  http://127.0.0.1:8000"

test: $(VENV)/.test ## Lint, types, layers, and all tests, real Neo4j included.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

coverage: $(VENV)/.test ## The same tests, and which lines they run.
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

bench: $(VENV)/.test ## Side-by-side timings as ratios; see docs/benchmarks.md.
	@$(BIN)/python -m benchmarks.run

fuzz: $(VENV)/.test ## Damaged files of every format, then texts guided by coverage, FUZZ_SECONDS each (60).
	@$(BIN)/python -m tests.readers.fuzz $(or $(FUZZ_SECONDS),60)
	@$(PIP) -q -e '.[fuzz]'
	@$(BIN)/python -m tests.readers.guided $(or $(FUZZ_SECONDS),60)

docs: $(VENV)/.base ## Write the generated pages of docs/ (queries with examples, schema, settings, saved queries).
	@$(BIN)/python -m docs.generate

screenshots: $(VENV)/.test ## Pictures of the web pages for docs/dashboard.md, from the sample plans; needs Chromium.
	@$(BIN)/python -m docs.screenshots
	@$(BIN)/python -m docs.screenshots_acting

encoder: $(VENV)/.test ## Train the encoder policy-zh from the folders in TEXTS (see training/README.md).
	@$(BIN)/python -m training.encoder $(or $(TEXTS),$(error name the folders: make encoder TEXTS="DIR …"))

scoring: $(VENV)/.test ## Fit the scoring that ships to the labelled plans in LABELS (see training/README.md).
	@$(BIN)/python -m training.scoring $(or $(LABELS),$(error name the folders: make scoring LABELS="DIR …"))

clean: ## Remove everything that the targets above made.
	rm -rf $(VENV) .cache build dist *.egg-info .coverage .pytest_cache .mypy_cache .ruff_cache
