# What can be done with this project. `make` lists it.
#
# Each target installs what it needs and does not find: Debian packages (as root, or through sudo)
# and, in .venv, Python packages. Nothing is installed twice.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-print-directory

SWIFT ?= swift
PORT ?= 8080
IMAGE ?= gradientd
BENCH_ARGS ?=
FUZZ_SECONDS ?= 3600
SOAK_SECONDS ?= 1800
CHAOS_SECONDS ?= 15
CASES ?= 1000
SEED ?= 1

# The libraries that the program is linked with, and what finds them. g++ brings C++'s own library.
LIBRARIES := libopenblas-dev libfmt-dev libjemalloc-dev libsimdjson-dev libsqlite3-dev zlib1g-dev libcurl4-openssl-dev pkg-config g++

# With Swift's library in the program, as in the container: calls to it take less time.
BUILD := $(SWIFT) build --configuration release --product gradientd --static-swift-stdlib
PROGRAM := .build/release/gradientd
SWAGGER_UI := .swagger-ui
# A warning is an error, in Swift, C and C++.
STRICT := -Xswiftc -warnings-as-errors -Xcc -Werror -Xcxx -Werror

.DEFAULT_GOAL := help
.PHONY: help run build test crash-test contract-test chaos proxy-test container-test soak fuzz lint example notebooks bench sanitize docker clean swift libraries python

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "make run PORT=9000 takes another port; BENCH_ARGS='--only tiny' shortens the benchmark."

run: build ## build, start the service on 127.0.0.1:8080 and print a call to try
	@Scripts/install-swagger-ui.sh $(SWAGGER_UI) || true  # Without it /docs says how to get it.
	@Scripts/run.sh $(PROGRAM) $(PORT) $(SWAGGER_UI)

build: swift libraries ## build the program, optimised: .build/release/gradientd
	$(BUILD) $(STRICT)

test: build python ## run every test, in Swift, in Python and in JavaScript
	@Scripts/install-swagger-ui.sh $(SWAGGER_UI) || true  # Its tests are skipped without it.
	@command -v node >/dev/null || Scripts/install-packages.sh nodejs
	@command -v chromium >/dev/null || Scripts/install-packages.sh chromium fonts-dejavu-core
	@# Without R, or Octave, the test of its caller is skipped.
	@command -v Rscript >/dev/null || Scripts/install-packages.sh r-base-core r-cran-curl r-cran-jsonlite || true
	Scripts/without-warnings.sh $(SWIFT) build --build-tests $(STRICT)
	$(SWIFT) test --disable-xctest $(STRICT)
	GRADIENTD="$(CURDIR)/$(PROGRAM)" .venv/bin/python -m pytest -rs Tests/Python

crash-test: build python ## kill the service at random moments of trainings; KILLS=500 for more
	GRADIENTD="$(CURDIR)/$(PROGRAM)" .venv/bin/python -m pytest -s Tests/Python/test_crash.py

contract-test: build python ## hold the service against openapi.yaml for long; CASES=5000 SEED=2 for more, for others
	GRADIENTD="$(CURDIR)/$(PROGRAM)" CASES=$(CASES) SEED=$(SEED) \
		.venv/bin/python -m pytest -s Tests/Python/test_schemathesis.py

chaos: build python ## measure a good client while others, and the system, do their worst
	@Scripts/install-packages.sh faketime || true  # The clock is left alone without it, and it says so.
	.venv/bin/python Tests/Faults/chaos.py $(PROGRAM) --seconds $(CHAOS_SECONDS)

proxy-test: build python ## call the service through nginx, under load
	@Scripts/install-packages.sh nginx-light
	.venv/bin/python Tests/Faults/proxy.py $(PROGRAM)

container-test: python ## run the image with the least rights, and replicas of it that die; IMAGE=… names one
	@! docker info >/dev/null 2>&1 || docker image inspect $(IMAGE) >/dev/null 2>&1 || $(MAKE) docker
	IMAGE="$(IMAGE)" .venv/bin/python -m pytest -rs Tests/Container

soak: build python ## use the service for half an hour, and watch that it takes no more and more
	.venv/bin/python Tests/Faults/soak.py $(PROGRAM) --seconds $(SOAK_SECONDS)

lint: swift python ## check the format of the Swift sources, and the types of the Python package
	$(SWIFT) format lint --strict --recursive Sources Tests Fuzz Notebooks Package.swift
	.venv/bin/mypy --config-file Python/pyproject.toml --cache-dir .build/mypy Python/src/gradientd
	@echo "lint: no findings"

example: build python ## train networks through the service: on digits, on sequences
	@for name in digits digits_residual sequences_lstm sequences_attention; do \
		GRADIENTD="$(CURDIR)/$(PROGRAM)" .venv/bin/python Examples/$$name.py || exit; \
	done

notebooks: build python ## run the notebooks anew, and write down what they show
	GRADIENTD="$(CURDIR)/$(PROGRAM)" .venv/bin/python Notebooks/render.py

bench: build ## measure the service beside others of its kind
	Benchmarks/run.sh $(PROGRAM) $(BENCH_ARGS)

sanitize: swift libraries ## run the Swift tests under the thread and the address sanitizer
	$(SWIFT) test --disable-xctest --sanitize=thread --scratch-path .build/thread
	@# No leaks: their detector does not see the pointers in Swift's strings and indirect cases.
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --disable-xctest --sanitize=address --scratch-path .build/address

fuzz: swift libraries ## feed all that reads bytes with bad ones, for an hour: FUZZ_SECONDS=60
	Scripts/fuzz.sh $(FUZZ_SECONDS)

docker: ## build the container image
	@Scripts/install-swagger-ui.sh $(SWAGGER_UI) || true  # Without it /docs says how to get it.
	docker build --file Docker/Dockerfile --tag $(IMAGE) \
		--label gradientd.source="$$(Scripts/source-hash.sh)" \
		--build-arg REVISION="$$(git rev-parse HEAD 2>/dev/null || echo unknown)" .

clean: ## remove everything that make has made here
	rm -rf .build .fuzz .swagger-ui .venv Benchmarks/.venv Benchmarks/.payloads

swift:
	@command -v $(SWIFT) >/dev/null || { echo "swift is not on the PATH. Install Swift $$(cat .swift-version): https://www.swift.org/install/linux/" >&2; exit 1; }

libraries:
	@Scripts/install-packages.sh $(LIBRARIES)

python:
	@Scripts/make-venv.sh .venv Tests/requirements.txt
	@.venv/bin/python -c "import gradientd" 2>/dev/null || .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --editable Python
	@Scripts/install-torch.sh .venv || true  # The tests that need it are skipped, and pytest says so.
