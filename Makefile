# The commands that need nothing but Go and git are `go run ./cmd/trapline` and `./scripts/test`;
# everything else is here.

PREFIX ?= /usr/local
PEERS  ?= build/peers
GO     := CGO_ENABLED=0 go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: all build test arm64 race check lint generate headers bench fuzz diff stacks addresses values watches insn cover leave stress install clean

all: build

# One static binary. It keeps its symbol table: see internal/cli/inherit.go.
build:
	@mkdir -p build
	$(GO) build -trimpath -ldflags=-w -o build/trapline ./cmd/trapline

# All tests, as the README and CI run them.
test:
	./scripts/test

# The tests that need no kernel, as an arm64 program, and the stacks of one. Needs qemu-user.
arm64:
	GOARCH=arm64 $(GO) test -exec qemu-aarch64 ./abi ./mem ./uapi ./syscalls ./filter ./render/summary
	TRAPLINE_QEMU=qemu-aarch64 TRAPLINE_STEPS=3500 $(GO) test ./unwind -run EveryInstructionARM64

# The race detector is C, so that this one needs gcc.
race:
	./scripts/setup
	CGO_ENABLED=1 go test -race -timeout 20m ./...

# What must pass before a change lands. Every fuzz target goes beyond its seeds for a moment.
FUZZTIME ?= 3s
check: lint race generate
	./scripts/fuzz $(FUZZTIME)
	git diff --exit-code

lint:
	./scripts/vet
	GOBIN=$(CURDIR)/build $(GO) install $(STATICCHECK)
	build/staticcheck ./...
	GOARCH=arm64 build/staticcheck ./...

# The generated tables and manual pages, from what is committed.
generate:
	$(GO) generate ./...

# The values and numbers that these are made from, from the newest kernel headers.
headers: $(PEERS)/bin/strace
	$(GO) run ./internal/gen -headers $(PEERS)
	$(GO) generate ./...

# strace and trapline in turn; eu-stack, gdb and trapline stack; gdb, delve and trapline probe; kcov and
# trapline cover: ratios of their times.
bench: build $(PEERS)/bin/strace
	./scripts/setup stacks
	$(GO) run ./test/bench -strace $(PEERS)/bin/strace -kcov $(PEERS)/bin/kcov -trapline build/trapline $(ARGS)

# trapline cover against gcov and go build -cover, on programs built from Debian's sources and on
# Go's: make cover ARGS='-v lua'
cover:
	$(GO) run ./test/cover $(ARGS)

# A busy program full of breakpoints, left a thousand times.
leave:
	$(GO) test -count=20 -run TestLeaveBusyProgram ./breakpoint

# Every fuzz target for a while each: make fuzz TIME=10m
TIME ?= 20s
fuzz:
	./scripts/fuzz $(TIME)

# Real commands and fixtures under strace and trapline, line by line: make diff ARGS='-v ls'
diff: build $(PEERS)/bin/strace
	./scripts/setup stress
	$(GO) run ./test/diff -strace $(abspath $(PEERS))/bin/strace -trapline build/trapline $(ARGS)
	$(GO) run ./test/diff -sieve -trapline build/trapline $(ARGS)
	$(GO) run ./test/diff -rebuild -headers $(PEERS)/include/usr/include -trapline build/trapline $(ARGS)

# Stacks of real programs, stopped anywhere, as trapline stack and as gdb see them: make stacks ARGS='-v redis*'
stacks: build
	./scripts/setup stacks
	$(GO) run ./test/stacks -trapline build/trapline $(ARGS)

# Random addresses of programs and libraries, as trapline resolve and as addr2line say: make addresses ARGS=-v
addresses: build
	./scripts/setup stacks
	$(GO) run ./test/stacks -addresses -trapline build/trapline $(ARGS)

# Values of variables and results, as the remarks in the programs' sources say and as gdb shows them: make values ARGS=-v
values:
	./scripts/setup
	$(GO) run ./test/values $(ARGS)

# What probe -w and gdb's watchpoints tell of the same variables: make watches ARGS=-v
watches:
	./scripts/setup stacks
	$(GO) run ./test/watches $(ARGS)

# Where instructions end, as objdump and insn say; one of each form is run, emulated and moved.
insn:
	@mkdir -p build
	./scripts/setup stacks
	$(GO) build -o build/insn ./test/insn
	build/insn -encodings build/encodings.txt $(ARGS)
	$(GO) test ./insn -count=1 -run 'Encodings|Effort|Execute' -v -encodings $(CURDIR)/build/encodings.txt

# The report of coverage in a headless Chromium, its other forms as lcov, genhtml and xmllint read them.
pages:
	./scripts/setup pages
	TRAPLINE_TOOLS=all $(GO) test -count=1 ./cover/...

# Goroutines of Go programs, frozen anywhere, as trapline stack, as their own dumps and, with DLV, as delve see
# them: make goroutines DLV=dlv ARGS='-v market'
goroutines: build
	./scripts/setup
	$(GO) run ./test/stacks -goroutines -trapline build/trapline -dlv '$(DLV)' $(ARGS)

# The picture of a report that README shows.
picture: build
	./scripts/setup pages
	$(GO) run ./test/picture -trapline build/trapline docs/coverage.png

# Real programs, servers, ten thousand attach cycles: make stress ARGS='-cycles 500 attach*'
stress: build
	./scripts/setup stress
	$(GO) run ./test/stress -trapline build/trapline $(ARGS)

# The binary, its manual pages and the shells' completions.
install: build
	./scripts/install build/trapline '$(DESTDIR)$(PREFIX)'

$(PEERS)/bin/strace:
	./scripts/peers $(PEERS)

clean:
	rm -rf build
