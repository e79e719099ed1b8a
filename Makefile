# cattlegrid: everything that is done to the code, one target each.
# `make` lists them.

LINT      = go tool -modfile=tools/go.mod golangci-lint
BENCHSTAT = go tool -modfile=tools/go.mod benchstat
MODULES   = $(dir $(wildcard examples/*/go.mod)) bench/ deploy/deploytest/
FUZZTIME ?= 30s
COUNT    ?= 6
SOAK     ?= 20m

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: ## run it: http://127.0.0.1:8080, nothing else needed
	go run ./cmd/cattlegrid

.PHONY: build
build: ## build bin/cattlegrid
	CGO_ENABLED=0 go build -trimpath -o bin/cattlegrid ./cmd/cattlegrid

.PHONY: test
test: install lint examples ## run every check; on Debian it installs what is missing
	go test -run TestPNGAllocations ./captcha
	CATTLEGRID_TEST_REQUIRE=1 go test -count=1 -run TestSoak ./internal/e2e -soak 2m
	CATTLEGRID_TEST_REQUIRE=1 go test -race -shuffle=on ./...

.PHONY: install
install: ## install what the tests need by apt, or say what is missing
	@tools/install.sh

.PHONY: lint
lint: ## run the linters of .golangci.yml
	$(LINT) run ./...

.PHONY: format
format: ## format the Go files as the linters want them
	$(LINT) fmt ./...

# -count=1: the test cache does not know of the files that they read of other modules.
.PHONY: examples
examples: ## vet and test the modules beside this one: example programs, bench/, deploy/
	@for dir in $(MODULES); do echo "$$dir"; (cd $$dir && go vet ./... && go test -count=1 ./...) || exit 1; done

.PHONY: fuzz
fuzz: ## run each fuzz target for FUZZTIME (30s)
	@tools/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## time drawing, and crossings in process, COUNT (6) times
	@mkdir -p bin
	@go test -run '^$$' -bench . -benchmem -count $(COUNT) ./captcha . | tee bin/bench.txt
	@$(BENCHSTAT) bin/bench.txt

.PHONY: serving
serving: build ## measure the command as it serves, into docs/benchmarks.md and docs/sizing.md; eleven minutes, as root, on an idle machine
	cd bench && go build -o ../bin/serving ./cmd/serving && ../bin/serving -json ../docs/serving.json -o ../docs/benchmarks.md
	@$(MAKE) --no-print-directory sizing

.PHONY: sizing
sizing: ## work out docs/sizing.md from the figures of make serving
	cd bench && go run ./cmd/sizing -json ../docs/serving.json -o ../docs/sizing.md

.PHONY: soak
soak: install ## at 70 % of what it can carry for SOAK (20m), a gate must not grow
	CATTLEGRID_TEST_REQUIRE=1 go test -count=1 -timeout 1h -v -run TestSoak ./internal/e2e -soak $(SOAK)

.PHONY: cost
cost: ## measure what the guard adds to a send, for docs/guard.md, COUNT (6) times, with and without in turn
	@mkdir -p bin
	@go test -c -o bin/cost.test . && for i in $$(seq $(COUNT)); do \
		bin/cost.test -test.run '^$$' -test.bench Guard/redis -test.benchtime 30000x; done | tee bin/cost.txt
	@$(BENCHSTAT) bin/cost.txt

.PHONY: tuning
tuning: ## measure what the options of the Redis client do, for docs/adr/0021-rueidis.md, COUNT (6) times, all in turn
	@mkdir -p bin
	@go test -c -o bin/tuning.test ./redisstore && for i in $$(seq $(COUNT)); do \
		bin/tuning.test -test.run '^$$' -test.bench Tuning -test.benchtime 15000x; done | tee bin/tuning.txt
	@$(BENCHSTAT) bin/tuning.txt

.PHONY: faults
faults: install ## let everything break under a load, COUNT (6) times, into docs/faults.md
	CATTLEGRID_TEST_REQUIRE=1 go test -run 'TestFaults$$' -count=$(COUNT) -timeout 1h ./internal/e2e -faults ../../docs/faults.md

.PHONY: rivals
rivals: ## measure other captcha modules beside ours, into docs/benchmarks.md; on an idle machine
	cd bench && go run ./cmd/table -o ../docs/benchmarks.md

.PHONY: simulate
simulate: build ## let every attack that ships happen to the policy that ships, into docs/guard.md; takes half an hour
	GOGC=400 bin/cattlegrid simulate -json -svg bin/simulations > bin/simulations.json
	go run ./internal/guardtable docs/guard.md < bin/simulations.json
	@mkdir -p docs/simulations
	cp bin/simulations/21-home-4000-addresses-20000-accuracy-0.98.svg docs/simulations/home-4000.svg
	cp bin/simulations/30-evasive-convert-0.3.svg docs/simulations/evasive.svg
	cp bin/simulations/32-spray-prefixes-4000.svg docs/simulations/spray-4000.svg

.PHONY: sheet
sheet: ## draw a contact sheet of challenges to bin/sheet.png
	@mkdir -p bin
	go run ./cmd/cattlegrid sample -n 24 -o bin/sheet.png

.PHONY: screenshots
screenshots: install ## take the pictures in docs/screenshots anew (with a Chinese font: fonts-noto-cjk)
	CATTLEGRID_TEST_REQUIRE=1 go test -run TestBrowser -count=1 ./cmd/cattlegrid -screenshots ../../docs/screenshots

.PHONY: golden
golden: ## write the golden files in testdata anew; look at the difference before you commit it
	go test ./captcha . -update
