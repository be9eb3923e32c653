# Everything a person or a machine does with this repository. "make" alone lists it.
#
# Needed: Go, git and make; npm for the NHS look and the browser tests. What else is wanted is installed into this
# folder, except Chromium, which "make test" takes from Debian's packages where it may.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

GO       ?= go
FUZZTIME ?= 30s
BENCH    ?=
AS_OF    ?=

# The commit alone decides the version, so that the same commit gives the same program.
VERSION := $(shell git describe --always --dirty --tags 2>/dev/null || echo development)
LDFLAGS := -X example.org/muniment/internal/cli.version=$(VERSION)
NPM     := $(shell command -v npm 2>/dev/null)
# The race detector needs a C compiler.
RACE    := $(if $(shell command -v gcc || command -v cc || command -v clang),-race)
NPM_CI  := npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

THEME   := themes/nhs/dist/manifest.json
GOFILES  = $(shell git ls-files --cached --others --exclude-standard '*.go')

## For people who use it

.PHONY: portal
portal: build ## set everything up, check and judge evidence/, write the portal into public/
	bin/muniment build $(if $(AS_OF),--as-of $(AS_OF))

.PHONY: build
build: theme ## the program alone: bin/muniment
	@echo "build: bin/muniment $(VERSION)"
	@CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)' -o bin/muniment ./cmd/muniment

.PHONY: serve
serve: build ## show the portal on 127.0.0.1 and rebuild it when evidence changes
	bin/muniment serve

.PHONY: demo
demo: build ## a made-up repository with years of history in demo/, and its portal shown on 127.0.0.1
	@test -d demo || bin/muniment demo demo
	bin/muniment serve -C demo --as-of 2026-11-20

## For people who work on it

.PHONY: test
test: build bin/cue browser-setup signature-setup readers-setup forge-setup lint ## all set-up, then every test, the browser's too
	@echo "test: go test ./..."
	@$(GO) test -timeout 30m ./...
ifeq ($(RACE),)
	@echo "test: there is no C compiler, so the race detector stays off"
else
	@echo "test: go test -race -short ./..., which leaves out what starts processes"
	@$(GO) test $(RACE) -short -timeout 30m ./...
endif
	@echo "test: every page in a browser"
	@$(GO) test -tags browser -count=1 -timeout 40m ./test/browser
	@echo "test: a real Gitea, built once in some minutes"
	@built=$$(GO="$(GO)" timeout 25m sh test/forge/build.sh) || { echo "test: Gitea could not be built here, so nothing is tried on a real forge"; exit 0; }; \
		MUNIMENT_GITEA="$$built" $(GO) test -count=1 -timeout 20m ./test/forge

.PHONY: lint
lint: bin/staticcheck bin/gofumpt ## go vet, staticcheck and gofumpt
	@echo "lint: go vet, staticcheck, gofumpt"
	@$(GO) vet ./...
	@$(GO) vet -tags browser ./test/browser
	@bin/staticcheck ./...
	@bin/staticcheck -tags browser ./test/browser
	@unformatted="$$(bin/gofumpt -l $(GOFILES))"; if [ -n "$$unformatted" ]; then \
		echo "lint: run make format for"; echo "$$unformatted"; exit 1; fi

.PHONY: format
format: bin/gofumpt ## format every Go file
	@bin/gofumpt -w $(GOFILES)

.PHONY: browser
browser: build browser-setup ## the browser tests alone; pictures go to test/browser/out
	@$(GO) test -tags browser -count=1 -timeout 40m ./test/browser

.PHONY: test-forge
test-forge: ## the forge's side against a real Gitea, built once in some minutes and kept in the user's cache folder
	@built=$$(GO="$(GO)" sh test/forge/build.sh) && MUNIMENT_GITEA="$$built" $(GO) test -count=1 -timeout 20m -v ./test/forge

.PHONY: test-workflows
test-workflows: theme ## what .github/workflows promise, and their scripts run against a made-up repository and a fake forge
	@$(GO) test -count=1 -timeout 10m ./test/workflows

.PHONY: bench
bench: build bin/bench bin/cue bin/hugo ## us beside cue vet, git log and Hugo on the same data; into docs/performance.md
	bin/bench -write docs/performance.md $(BENCH)

.PHONY: bench-growth
bench-growth: build bin/bench ## cold builds of 1,000, 10,000 and 70,000 workloads; into docs/performance.md
	bin/bench -growth -pairs 1 -sizes 1000,10000,70000 -cue '' -hugo '' -write docs/performance.md $(BENCH)

.PHONY: bench-packages
bench-packages: ## the benchmarks of every package
	@$(GO) test -run '^$$' -bench . -benchtime 1s -timeout 60m ./internal/...

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME each (30s)
	@for package in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' "$$package" | grep '^Fuzz'); do \
			echo "fuzz: $$target in $$package"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x "$$package" || exit 1; \
		done; done

.PHONY: mutation
mutation: ## make the code that judges approvals wrong, place by place, and see which tests notice
	@$(GO) run ./test/mutation ./internal/signature ./internal/statement ./internal/approval

.PHONY: update
update: ## write the golden files anew; review them like code
	@for folder in $$(git grep -l 'flag.Bool("update"' -- '*_test.go' | xargs -r -n1 dirname | sort -u); do \
		$(GO) test "./$$folder" -update || exit 1; done

.PHONY: clean
clean: ## remove everything that can be made again
	rm -rf bin public public.* demo themes/nhs/node_modules test/browser/node_modules test/readers/node_modules test/browser/out test/forge/out
	find themes/nhs/dist -type f ! -name .placeholder -delete

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^## / { printf "\n%s\n", substr($$0, 4) } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# Parts

.PHONY: theme
ifeq ($(NPM),)
theme:
	@test -f $(THEME) || echo "theme: npm is not installed, so pages get the plain look; install Node.js 20 or newer and run make again"
else
theme: $(THEME)
endif

$(THEME): themes/nhs/node_modules/.installed $(wildcard themes/nhs/src/* themes/nhs/bundle/*.go)
	@echo "theme: themes/nhs/dist"
	@cd themes/nhs && $(GO) run ./bundle

%/node_modules/.installed: %/package.json %/package-lock.json
	@echo "npm: $*/node_modules"
	@cd $* && $(NPM_CI)
	@touch $@

.PHONY: browser-setup
browser-setup:
	@NPM_CI="$(NPM_CI)" MAKE="$(MAKE)" sh test/browser/setup.sh

# Schemas and programs of others that tests read our output with.
.PHONY: readers-setup
ifeq ($(NPM),)
readers-setup:
	@echo "readers: npm is not installed, so the tests that read our output with other programs are skipped"
else
readers-setup: test/readers/node_modules/.installed
endif

.PHONY: forge-setup
forge-setup:
	@sh test/forge/openapi.sh

.PHONY: signature-setup
signature-setup:
	@GO="$(GO)" sh test/signature/setup.sh

bin/cue: tools.mod tools.sum
	@echo "tools: $@"
	@CGO_ENABLED=0 $(GO) build -modfile=tools.mod -o $@ cuelang.org/go/cmd/cue
	@touch $@

bin/hugo: hugo.mod hugo.sum
	@echo "tools: $@"
	@CGO_ENABLED=0 $(GO) build -modfile=hugo.mod -o $@ github.com/gohugoio/hugo
	@touch $@

.PHONY: bin/bench
bin/bench: theme
	@echo "tools: $@"
	@CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -o $@ ./test/bench

bin/staticcheck: lint.mod lint.sum
	@echo "tools: $@"
	@CGO_ENABLED=0 $(GO) build -modfile=lint.mod -o $@ honnef.co/go/tools/cmd/staticcheck
	@touch $@

bin/gofumpt: lint.mod lint.sum
	@echo "tools: $@"
	@CGO_ENABLED=0 $(GO) build -modfile=lint.mod -o $@ mvdan.cc/gofumpt
	@touch $@
