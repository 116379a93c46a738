# The whole ritual: make run, make test, make check. Everything else serves these three.

SWIFT    ?= swift
RELEASE  := .build/release/faultline
PACKAGES := qemu-system-x86 busybox-static xz-utils gcc libcap-dev libdw-dev libelf-dev
SOURCES  := $(wildcard Sources Tests Plugins Package.swift)

.PHONY: build run test check bench lint format clean tools help

## build: the program, optimised and with Swift's libraries inside
build: tools
	@$(SWIFT) build -c release --static-swift-stdlib --product faultline

## run: the demonstration, in which one of ten processes is killed by its fault (128 + SIGSEGV)
run: build
	@$(RELEASE) run demo; status=$$?; \
	if [ $$status = 139 ]; then echo "exit code 139, as it should be: segv was killed by signal 11"; \
	else echo "exit code $$status: the demonstration failed" >&2; exit 1; fi

## test: all tests, here and in the lab; ends with "N passed, N failed"
test: tools
	@$(SWIFT) build --build-tests --explicit-target-dependency-import-check error
	@.ci/test

## check: lint and all tests, the long ones too
check: lint
	@FAULTLINE_CHECK=1 $(MAKE) --no-print-directory test

## bench: counts the instructions that the host's logic takes; the last counts are in .build/bench.json
bench: build
	@.ci/tools valgrind binutils
	@.ci/count $(RELEASE) .build/bench.json

## lint: style, and the fence around unsafe code
lint:
	@$(SWIFT) format lint --strict --recursive --parallel $(SOURCES)
	@.ci/fence
	@echo "lint: clean"

## format: rewrites the sources in the house style
format:
	@$(SWIFT) format --in-place --recursive --parallel $(SOURCES)

## clean: removes what was built; the lab's kernel stays in the cache folder
clean:
	@rm -rf .build

## tools: installs what is missing; needs no network when nothing is
tools:
	@.ci/tools $(PACKAGES)

## help: this list
help:
	@sed -n 's/^## /  make /p' Makefile
