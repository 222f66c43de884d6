# Two commands: make demo, make test. Everything else is in docs/developer/checks.md.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := MODUS_DATA_FOLDER=var

.PHONY: demo test check bench mutation lock

demo: $(VENV)/demo-ready
	@$(DEMO) $(BIN)/modus demo

# Four at a time on two processors: some tests wait longer than they work. Whoever is done first takes from the others.
test: $(VENV)/test-ready
	@$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(VENV)/test-ready
	@bash .ci/run

$(VENV)/uv-ready:
	@echo "Environment …"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv || echo "uv is not to be had; pip does its work."
	@touch $@

$(VENV)/demo-ready: $(VENV)/uv-ready requirements.txt pyproject.toml
	@echo "Packages …"
	@$(call install,requirements.txt)
	@touch $@

$(VENV)/test-ready: $(VENV)/uv-ready requirements-dev.txt pyproject.toml
	@echo "Packages for tests …"
	@$(call install,requirements-dev.txt)
	@touch $@ $(VENV)/demo-ready

# uv where it could be installed, else pip: the same files, the same hashes.
define install
if [ -x $(BIN)/uv ]; then \
  $(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1) && \
  $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
else \
  $(BIN)/python -m pip install --quiet --require-hashes -r $(1) && \
  $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e . ; \
fi
endef

lock: $(VENV)/uv-ready
	@$(BIN)/uv lock --quiet
	@$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --no-dev --group build -o requirements.txt
	@$(BIN)/uv export --quiet --format requirements-txt --no-emit-project --no-header --no-annotate --group build -o requirements-dev.txt

bench: $(VENV)/test-ready
	@$(BIN)/python -m benchmarks.directory --database sqlite
	@$(BIN)/python -m benchmarks.directory --database postgresql

# What both databases can show: everything on SQLite, the locks of rows on PostgreSQL.
mutation: $(VENV)/test-ready
	@rm -f var/mutation.json
	@$(BIN)/python -m benchmarks.mutation || true
	@MODUS_DATABASE=$${MODUS_DATABASE:-postgresql://postgres@127.0.0.1:5432/postgres} $(BIN)/python -m benchmarks.mutation
