# Two commands to begin with:  make demo   make test
#
# Everything is installed into .venv, in the exact versions of the lock files;
# nothing else on the machine is touched.

VENV  ?= .venv
OUT   ?= out
BIN   := $(VENV)/bin
TIME_LIMIT_S ?= 60

.PHONY: demo test lint study bench fuzz lock words clean
.DELETE_ON_ERROR:

demo: $(VENV)/.runtime
	@$(BIN)/patrol plan examples/aktau-2006.toml -o $(OUT)/aktau-2006 --time-limit $(TIME_LIMIT_S)
	@$(BIN)/patrol verify $(OUT)/aktau-2006

# Two processes: the slow tests wait for each other less.
test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/.dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

study: $(VENV)/.runtime
	@$(BIN)/patrol study examples/aid-2006/study.toml -o $(OUT)/aid-2006

# This planner beside what a user could pick instead, one after the other: half an hour.
bench: $(VENV)/.bench
	@$(BIN)/python tests/benchmarks/peers.py --time-limit $(TIME_LIMIT_S)

# Ten thousand spoiled scenarios and as many files, 60 plans and 250 commands: half an hour.
fuzz: $(VENV)/.dev
	@$(BIN)/python -m tests.robust.fuzz --out $(OUT)/fuzz-$$(date +%s)

# The environment. The project itself is installed as a link to this folder.
$(VENV)/.runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing the locked versions into $(VENV) (a minute or two the first time) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@echo "Installing what the tests need into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	@echo "Installing the planners to compare with into $(VENV) ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check -r requirements-bench.lock
	@touch $@

$(VENV)/bin/python:
	@sh .ci/venv $(VENV)

# New versions of everything, from the ranges in pyproject.toml; review before committing.
lock:
	@sh .ci/venv build/lock
	@build/lock/bin/python -m pip install -q --disable-pip-version-check . hatchling
	@build/lock/bin/python -m pip freeze --exclude caspian-patrol-planner > build/runtime.txt
	@build/lock/bin/python -m pip install -q --disable-pip-version-check '.[test,lint]'
	@build/lock/bin/python -m pip freeze --exclude caspian-patrol-planner > build/all.txt
	@{ echo "# Exact versions of what the planner runs on, and of what builds it; made by 'make lock'."; \
	   cat build/runtime.txt; } > requirements.lock
	@{ echo "# What the tests and checks need beside requirements.lock; made by 'make lock'."; \
	   grep -vxFf build/runtime.txt build/all.txt; } > requirements-dev.lock
	@rm -rf build/lock build/runtime.txt build/all.txt
	@wc -l requirements.lock requirements-dev.lock

# The catalogues of the map's words (planner/present/locale), brought up to date with the sources:
# new texts are added untranslated, those that no source has any more go.
words: $(VENV)/.runtime
	@mkdir -p build
	@$(BIN)/pybabel -q extract -F planner/present/locale/babel.cfg --no-default-keywords \
	   -k t -k tn:1,2 -k noted -k noted_plural:1,2 --add-location=file \
	   --msgid-bugs-address=none -o build/patrol.pot planner
	@$(BIN)/pybabel -q update -D patrol -i build/patrol.pot -d planner/present/locale -w 100 \
	   --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date

clean:
	rm -rf $(VENV) $(OUT) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
