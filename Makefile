# `make` lists what there is. Whatever a target needs and the machine lacks is
# set up first, by the scripts in setup/.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# One place for what is built, and one profile, but for the benchmarks.
TARGET := $(or $(CARGO_TARGET_DIR),target)
export CARGO_NET_RETRY ?= 10

# Before a command: the engine and the tools that setup/ made.
with_tools = eval "$$(setup/env.sh)";

.PHONY: help
help: ## lists the targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 18

.PHONY: demo
demo: setup-demo ## takes the shop to production in the sandbox (SCENARIO=… for failures, YES=1 approves)
	@# As for the tests: without them, features would differ and every dependency build twice.
	@$(with_tools) cargo build --workspace --bins --tests --locked
	@# SCENARIO and YES reach it through the environment.
	@$(with_tools) exec $(TARGET)/debug/greengate-sandbox demo

.PHONY: test
test: setup ## runs every test
	@# The programs with the tests, not alone, for the same reason.
	@$(with_tools) cargo build --workspace --bins --tests --locked
	@$(with_tools) cargo test --doc --workspace --locked
	@$(with_tools) cargo nextest run --workspace --locked --no-fail-fast

.PHONY: simulate
simulate: ## plays random scenarios with random faults (SEEDS=10000 of them, SEED=1 one with its log)
	@setup/rust.sh
	@# All packages, as for the tests: else features would differ and every dependency build twice.
	@$(with_tools) GREENGATE_SEEDS=$(SEEDS) GREENGATE_SEED=$(SEED) \
		cargo test --workspace --test simulate --locked --quiet -- --exact seeds --nocapture

.PHONY: bench
bench: setup ## measures the release build
	@# One after the other: together, features that only the sandbox needs would be in the action.
	@$(with_tools) cargo build --package greengate --locked --release
	@$(with_tools) cargo build --package greengate-bench --locked --release
	@$(with_tools) cargo build --package greengate-sandbox --locked --release
	@$(with_tools) exec $(TARGET)/release/greengate-sandbox bench

.PHONY: pictures
pictures: setup-demo ## takes the pictures in docs/pictures anew, with a real browser
	@setup/pictures.sh
	@$(with_tools) cargo build --workspace --bins --tests --locked
	@$(with_tools) pictures/take.sh $(TARGET)/debug/greengate-sandbox

# What is found in passing is kept in the cache; what is worth keeping goes to fuzz/corpus by hand.
.PHONY: fuzz
fuzz: ## tries odd texts on all that reads or shows them (SECONDS=60 for each TARGETS=…)
	@setup/rust.sh
	@setup/cargo-fuzz.sh
	@# The versions of the action; cargo adds what only the fuzzers need.
	@cp Cargo.lock fuzz/Cargo.lock
	@$(with_tools) exec fuzz/run.sh $(or $(SECONDS),60) $(TARGETS)

.PHONY: check
check: ## checks formatting, lints, documentation and dependencies
	@setup/rust.sh
	@setup/cargo-deny.sh
	@$(with_tools) cargo fmt --all --check
	@$(with_tools) cargo clippy --workspace --all-targets --locked -- -D warnings
	@# A program's documentation is for who works on it: private items are in it, and may be linked to.
	@$(with_tools) RUSTDOCFLAGS='-D warnings -A rustdoc::private_intra_doc_links' cargo doc --workspace --no-deps --locked --quiet \
		--document-private-items
	@$(with_tools) cargo deny --workspace --locked --log-level error check bans licenses sources
	@if command -v shellcheck >/dev/null; then shellcheck --external-sources .ci/run release/*.sh fuzz/run.sh setup/*.sh setup/lib/*.sh setup/lib/buildkit/buildkitd; fi

.PHONY: setup
setup: setup-demo ## sets up all that is missing on this machine, and nothing else
	@setup/python.sh
	@setup/mermaid.sh
	@setup/linters.sh
	@setup/release-tools.sh
	@setup/act.sh
	@setup/image.sh
	@# A second engine, of the kind that older runners have. It takes root: without, its tests are left out.
	@if [ "$$(id -u)" -eq 0 ]; then \
		setup/engine.sh --classic; setup/base-images.sh --classic; setup/moby-buildkit.sh --classic; fi

.PHONY: setup-demo
setup-demo:
	@setup/rust.sh
	@setup/engine.sh
	@setup/buildx.sh
	@setup/docker-cli.sh
	@setup/base-images.sh
