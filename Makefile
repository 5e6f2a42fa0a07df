# Two commands do everything: `make report` (the main job) and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin

.PHONY: report test lint bench fuzz oldest lock audit notebook gallery docs evaluate models clean

report: $(VENV)/.report
	$(BIN)/ros1struct report --out report
	@echo "Open report/index.html"

test: $(VENV)/.test node_modules/axe-core
	$(BIN)/python -m pytest -n auto --dist loadfile

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Ratios against other programs, in one run: each benchmark says its machine and its work.
bench: $(VENV)/.bench
	$(BIN)/python tests/benchmarks/bench_contacts.py

# A short selection of the tests with the lowest versions that pyproject.toml allows.
oldest: $(VENV)-oldest/.made
	$(VENV)-oldest/bin/python -m pytest -o addopts="-q -rs --import-mode=importlib" \
		-o filterwarnings=default -p no:warnings \
		tests/structure tests/clashes/test_overlaps.py tests/energy tests/io/test_damage.py \
		tests/test_errors.py tests/test_oracles.py

$(VENV)-oldest/.made: tests/oldest.txt pyproject.toml
	$(PYTHON) -m venv $(VENV)-oldest
	$(VENV)-oldest/bin/python -m pip install --quiet --constraint tests/oldest.txt --editable . hypothesis pytest
	touch $@

# The newest versions, in an environment of their own, become requirements.lock.
lock:
	$(PYTHON) -m venv --clear $(VENV)-newest
	$(VENV)-newest/bin/python -m pip install --quiet --editable ".[test,docs]" packaging
	$(VENV)-newest/bin/python tests/lock.py > requirements.lock.new
	mv requirements.lock.new requirements.lock

# Known faults of the versions in the lock, where pip-audit and its advisories can be reached.
audit: $(VENV)/.test
	@if $(BIN)/python -m pip install --quiet pip-audit 2>/dev/null; then \
		$(BIN)/python -m pip_audit --requirement requirements.lock --no-deps --disable-pip; \
	else echo "not audited: pip-audit cannot be installed from here"; fi

# Damaged inputs until the time is over (make fuzz SECONDS=600 SEED=7); findings stay in the folder.
SECONDS ?= 60
SEED ?= 0
fuzz: $(VENV)/.test
	$(BIN)/python tests/fuzz/run.py --seconds $(SECONDS) --seed $(SEED) --out fuzz-findings

notebook: $(VENV)/.test
	$(BIN)/python notebooks/run.py

# Redraws docs/gallery by the lines that docs/gallery.md shows.
gallery: $(VENV)/.report
	$(BIN)/python docs/make_gallery.py

# The site of documentation, site/index.html: its pages and the notebooks run here.
docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@echo "Open site/index.html"

# Sets the score beside measurements and crystals, and makes docs/evaluation.md anew; it needs the
# deposited structures beside the repository, or where SHARED says.
SHARED ?= ../shared
evaluate: $(VENV)/.report
	$(BIN)/python docs/make_evaluation.py $(SHARED)

# Recomputes structures/models from the inputs beside the repository (see structures/README.md).
models: $(VENV)/.models
	$(BIN)/python structures/build_models.py
	OMP_NUM_THREADS=1 $(BIN)/python structures/build_carried.py

$(VENV)/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and 'ros1struct needs Python 3.11 or newer; set PYTHON=')"
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/.report: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/.test: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

# PLIP itself goes without its dependencies: they name a build of Open Babel that no wheel has.
# The checker of accessibility that tests run in the browser; without npm they skip and say so.
node_modules/axe-core:
	@if command -v npm >/dev/null; then \
		npm install --no-save --no-audit --no-fund --silent --prefix . axe-core@4 || \
			echo "axe-core could not be fetched: the tests of accessibility skip" >&2; \
	else \
		echo "no npm to fetch axe-core with: the tests of accessibility skip" >&2; \
	fi

$(VENV)/.bench: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[peers]"
	$(BIN)/python -m pip install --quiet --no-deps plip
	touch $@

$(VENV)/.docs: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[docs]"
	touch $@

$(VENV)/.models: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable ".[models]"
	touch $@

clean:
	rm -rf $(VENV) $(VENV)-oldest $(VENV)-newest report site build dist node_modules
