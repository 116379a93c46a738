# The whole ritual: make run, make test, make check. Everything else serves these three.

SWIFT    ?= swift
RELEASE  := .build/release/faultline
PACKAGES := qemu-system-x86 busybox-static xz-utils gcc tmux valgrind binutils \
  libcap-dev libcapstone-dev libdw-dev libelf-dev zlib1g-dev
SOURCES  := $(wildcard Sources Tests Plugins Package.swift)
PREFIX   ?= /usr/local
TREE      = $(DESTDIR)$(PREFIX)

# The program is linked statically and at a fixed address, with the C library: to find, map and relocate
# libraries took most of the time to a run's first instruction. The linker looks for archives in a folder of
# their own first. It is LLVM's: GNU's warns of each function that looks up a user, which the program has
# done in the machine's own files alone.
LINKED   := stdc++ dw elf z capstone cap
ARCHIVES := .build/archives
RELEASE_BUILD = $(SWIFT) build -c release --static-swift-stdlib --disable-local-rpath \
  -Xswiftc -static-executable -Xswiftc -use-ld=lld -Xlinker -L$(CURDIR)/$(ARCHIVES)

.PHONY: build run test check bench conform-emulators lint format clean tools help
.PHONY: man docs install uninstall deb archives

## build: the program, optimised and with its libraries inside
build: tools archives
	@$(RELEASE_BUILD) --product faultline

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
	@.ci/tools chromium man-db nodejs
	@.ci/wheel mermaid >/dev/null
	@.ci/wheel perfetto >/dev/null
	@.ci/install-check
	@FAULTLINE_CHECK=1 FAULTLINE_TEST_TIMEOUT=7200 $(MAKE) --no-print-directory test

## bench: counts the host's instructions, measures faults and starts; .build/bench.json, bench-fault.json, bench-start.json
bench: build
	@$(CC) -O2 -o .build/release/first-exit CShims/FirstExit/main.c
	@.ci/count $(RELEASE) .build/bench.json
	@$(RELEASE) bench fault --json .build/bench-fault.json
	@$(RELEASE) bench start --json .build/bench-start.json

## man: the manual pages, from the program's own help; in .build/man
man: build
	@$(RELEASE_BUILD) --product generate-manual \
	  >.build/man.log 2>&1 || { cat .build/man.log >&2; exit 1; }
	@rm -rf .build/man && mkdir .build/man
	@.ci/man .build/release/generate-manual $(RELEASE) .build/man

## docs: one fault through the source, and every symbol; in .build/docs, for a web server
docs: build
	@.ci/docs .build/release .build/docs
	@echo "to read: python3 -m http.server -d .build/docs, then /documentation/faultline"

## install: program, guest programs, manual pages, completions, into PREFIX (/usr/local)
install: man
	@install -Dsm755 $(RELEASE) $(TREE)/bin/faultline
	@install -dm755 $(TREE)/lib/faultline/programs
	@find .build/release/faultline_GuestPrograms.resources/ -maxdepth 1 -type f \
	  -exec install -m644 {} $(TREE)/lib/faultline/programs \;
	@install -m755 .ci/tools $(TREE)/lib/faultline/tools
	@install -Dm644 guest/runtime/program.ld $(TREE)/share/faultline/guest/program.ld
	@mkdir -p $(TREE)/share/faultline/guest/include
	@cp -rL --no-preserve=mode,ownership guest/runtime/include/. guest/stub/include/. \
	  $(TREE)/share/faultline/guest/include
	@install -Dm644 docs/manifest.schema.json $(TREE)/share/faultline/manifest.schema.json
	@install -Dm644 -t $(TREE)/share/man/man1 .build/man/*.1
	@install -Dm644 -t $(TREE)/share/doc/faultline README.md CHANGELOG.md LICENSE
	@install -Dm644 -t $(TREE)/share/doc/faultline/docs docs/*.md docs/*.json docs/*.png
	@for shell in bash zsh fish; do $(RELEASE) --generate-completion-script $$shell | sed '1{/^#!/d}' \
	  >.build/completion.$$shell; done
	@install -Dm644 .build/completion.bash $(TREE)/share/bash-completion/completions/faultline
	@install -Dm644 .build/completion.zsh $(TREE)/share/zsh/site-functions/_faultline
	@install -Dm644 .build/completion.fish $(TREE)/share/fish/vendor_completions.d/faultline.fish
	@echo "installed: $(TREE)/bin/faultline"

## uninstall: removes what install has put into PREFIX
uninstall:
	@rm -rf $(TREE)/bin/faultline $(TREE)/lib/faultline $(TREE)/share/faultline \
	  $(TREE)/share/doc/faultline $(TREE)/share/man/man1/faultline*.1 \
	  $(TREE)/share/bash-completion/completions/faultline \
	  $(TREE)/share/zsh/site-functions/_faultline $(TREE)/share/fish/vendor_completions.d/faultline.fish

## deb: a Debian package, in .build
deb:
	@.ci/tools dpkg-dev
	@rm -rf .build/deb
	@$(MAKE) --no-print-directory install DESTDIR=$(CURDIR)/.build/deb PREFIX=/usr
	@.ci/control .build/deb
	@dpkg-deb --root-owner-group --build .build/deb .build/faultline.deb

## conform-emulators: the conformance suite on QEMU's software CPU and on Bochs, without KVM
conform-emulators: tools
	@.ci/tools bochs bochs-x bochsbios vgabios
	@$(SWIFT) build --product faultline
	@.ci/conform-emulators

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

archives: tools
	@mkdir -p $(ARCHIVES)
	@for name in $(LINKED); do \
	  ln -sf "$$(gcc -print-file-name=lib$$name.a)" $(ARCHIVES)/lib$$name.a; done

## tools: installs what is missing; needs no network when nothing is
tools:
	@.ci/tools $(PACKAGES)

## help: this list
help:
	@sed -n 's/^## /  make /p' Makefile
