# The commands people and machines use. `make test` is what must pass before anything is taken.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
CARGO ?= cargo
FUZZ_CASES ?= 20000
FUZZ_SECONDS ?= 60
# What cargo-fuzz sets, less the address sanitizer: it builds on stable.
FUZZ_FLAGS := --cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
  -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
  -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1
FUZZ_TARGETS := inp_reader swmm_reader epanet_out raster_reader flood_case pandapipes_reader
FUZZ_HOST = $(shell rustc -vV | sed -n 's/^host: //p')
PEERS := target/peers

.PHONY: help deps fmt lint build test test-all bench fuzz fuzz-readers peers-drainage peers-flood peers-gas deny demo doc

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

deps: ## checks for what a build needs; installs it with apt-get where that is missing and we are root
	@missing=(); \
	command -v cc >/dev/null || missing+=(gcc libc6-dev); \
	command -v git >/dev/null || missing+=(git); \
	if [ $${#missing[@]} -gt 0 ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$${missing[@]}"; \
	  else echo "missing: $${missing[*]}; install them and run again" >&2; exit 1; fi; \
	fi; \
	command -v $(CARGO) >/dev/null || { echo "missing: cargo; install Rust 1.95 or newer" >&2; exit 1; }

fmt: ## writes the sources in their fixed form
	$(CARGO) fmt --all

lint: ## form and lints, warnings are errors
	$(CARGO) fmt --all --check
	$(CARGO) check -p twin-core --no-default-features --locked
	$(CARGO) clippy --workspace --all-targets --features twin-viz/app --locked -- -D warnings

build: ## the program `twin`, once, for the tests that start it
	$(CARGO) build -p twin-core --bin twin --locked

# The doc tests come before the suites so that the runner's own closing lines are the last ones.
test: deps lint build ## everything a change must pass
	$(CARGO) test --doc --workspace --locked
	if $(CARGO) nextest --version >/dev/null 2>&1; \
	then $(CARGO) nextest run --workspace --locked; \
	else $(CARGO) test --workspace --lib --bins --tests --locked; fi

test-all: export TWIN_SLOW = 1
test-all: test ## the same with the slow suites

bench: ## all benches
	$(CARGO) bench --workspace --locked

fuzz: ## the property suites with many cases (FUZZ_CASES)
	PROPTEST_CASES=$(FUZZ_CASES) $(CARGO) test --workspace --release --locked

fuzz-readers: ## libFuzzer on the readers, FUZZ_SECONDS each; needs a C++ compiler (tests/fuzz)
	cd tests/fuzz && RUSTFLAGS="$(FUZZ_FLAGS)" $(CARGO) build --release --target $(FUZZ_HOST)
	mkdir -p $(addprefix target/fuzz/,$(FUZZ_TARGETS))
	cp -f fixtures/malformed/inp/*.inp tests/it/every_section.inp target/fuzz/inp_reader/
	cp -f fixtures/malformed/swmm/*.inp tests/it/every_swmm_section.inp target/fuzz/swmm_reader/
	for deck in fixtures/drainage/*/*.inp; do cp -f $$deck target/fuzz/swmm_reader/$$(echo $$deck | tr / -); done
	cp -f fixtures/malformed/flood/*.asc target/fuzz/raster_reader/
	cp -f fixtures/malformed/flood/*.toml target/fuzz/flood_case/
	cp -f fixtures/malformed/gas/*.pp.json target/fuzz/pandapipes_reader/
	for target in $(FUZZ_TARGETS); do \
	  tests/fuzz/target/$(FUZZ_HOST)/release/$$target target/fuzz/$$target -artifact_prefix=target/fuzz/ \
	    -max_total_time=$(FUZZ_SECONDS) -max_len=20000 -timeout=10 -rss_limit_mb=2048; \
	done

peers-drainage: ## SWMM 5.2.4 beside twin on the shared drainage models: agreement and speed (needs python3 and pip)
	$(CARGO) build --release -p twin-core --bin twin --locked --target-dir target
	test -x $(PEERS)/venv/bin/python || python3 -m venv $(PEERS)/venv
	$(PEERS)/venv/bin/pip install --quiet --disable-pip-version-check -r tests/peers/requirements.txt
	$(PEERS)/venv/bin/python tests/peers/drainage.py --twin target/release/twin --out $(PEERS)
	$(PEERS)/venv/bin/python tests/peers/drainage.py --twin target/release/twin --out $(PEERS) --name drainage_features \
		--decks fixtures/drainage/features --repeat 1 --no-speed --kinematic-percent 0.5

peers-flood: ## ANUGA 4.1 beside twin on analytic floods of the shared data: agreement and speed (needs python3 and pip)
	$(CARGO) build --release -p twin-core --bin twin --locked --target-dir target
	$(CARGO) build --release -p twin-tests --example flood_speed --locked --target-dir target
	test -x $(PEERS)/venv-flood/bin/python || python3 -m venv $(PEERS)/venv-flood
	$(PEERS)/venv-flood/bin/pip install --quiet --disable-pip-version-check -r tests/peers/flood.txt
	$(PEERS)/venv-flood/bin/python tests/peers/flood.py --twin target/release/twin \
		--example target/release/examples/flood_speed --out $(PEERS)

peers-gas: ## pandapipes 0.16.0 beside twin on the shared gas networks: agreement and speed (needs python3 and pip)
	$(CARGO) build --release -p twin-core --bin twin --locked --target-dir target
	test -x $(PEERS)/venv-gas/bin/python || python3 -m venv $(PEERS)/venv-gas
	$(PEERS)/venv-gas/bin/pip install --quiet --disable-pip-version-check -r tests/peers/gas.txt
	$(PEERS)/venv-gas/bin/python tests/peers/gas.py --twin target/release/twin --out $(PEERS)

deny: ## licences, bans and sources of dependencies
	@if $(CARGO) deny --version >/dev/null 2>&1; then $(CARGO) deny --locked check licenses bans sources; \
	else echo "no cargo-deny here: the licences alone are checked"; \
	$(CARGO) test -p twin-tests --locked --test it tidy::licences; fi

demo: ## the README's command
	$(CARGO) run --release --locked -- run scenarios/burst-main

doc: ## the API documentation
	$(CARGO) doc --workspace --no-deps --locked
