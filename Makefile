# The texts behind "##" are what `make help` prints.

PREFIX = /usr/local
LIBDIR = $(PREFIX)/lib
INCLUDEDIR = $(PREFIX)/include
DATADIR = $(PREFIX)/share/librouteros
DESTDIR =

GO = go
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g

# The header is the one place that holds the version.
VERSION := $(shell sed -n 's/^\#define ROS_VERSION "\(.*\)"/\1/p' include/librouteros_ext.h)
SONAME := librouteros.so.1
SHARED := $(SONAME).$(VERSION)

GO_SOURCES := $(shell find core internal capi cmd -name '*.go' ! -name '*_test.go' 2>/dev/null) \
	go.mod $(wildcard go.sum)
C_SOURCES := $(wildcard capi/*.[chsS] internal/*/*.s include/*.h) capi/librouteros.map
HEADERS := include/librouteros.h include/librouteros_ext.h
SUPPRESSIONS := tests_c/guest/librouteros.supp
ADAPTERS := $(wildcard include/librouteros/*.h)
EXAMPLES := $(patsubst %.c,build/%,$(wildcard examples/*.c))

# Go's build cache does not see the version script, nor headers outside of the package; their checksum makes
# it see them.
GO_BUILD = CGO_ENABLED=1 CC='$(CC)' \
	CGO_CFLAGS="$(CFLAGS) -DROS_INPUTS=$$(cat include/*.h capi/librouteros.map | cksum | cut -d' ' -f1)" \
	$(GO) build -trimpath -buildvcs=false

# Where there is assembly for it, the library's constructor does not start Go (see internal/rt).
LAZY = $(if $(wildcard internal/rt/rt_$(shell $(GO) env GOOS)_$(shell $(GO) env GOARCH).s),-E=ros_go_ctor)
GO_LDFLAGS = -checklinkname=0 $(LAZY)
EXTLDFLAGS = \"-Wl,--version-script=$(CURDIR)/capi/librouteros.map\" -Wl,-soname,$(SONAME) \
	-Wl,-z,relro -Wl,-z,noexecstack -Wl,-z,text -Wl,-z,nodelete -Wl,--as-needed $(LDFLAGS)

# Those that belong to the compiler, also when it is a cross compiler.
STRIP = $(shell $(CC) -print-prog-name=strip)
OBJCOPY = $(shell $(CC) -print-prog-name=objcopy)

.DELETE_ON_ERROR:
.PHONY: all help shared static routersim examples install uninstall demo test bench lint abi deps clean

all: shared static routersim examples ## Build everything (what `make` alone does)

help: ## Show this help
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r target text; do \
		printf '  %-10s %s\n' "$$target" "$$text"; done

shared: build/librouteros.so ## Build the shared library, build/librouteros.so

static: build/librouteros.a ## Build the static library, build/librouteros.a

routersim: build/routersim ## Build the simulated router, build/routersim

examples: $(EXAMPLES) ## Build the examples, build/examples/*

# Linked with its debug information, which the ABI check and debuggers read; what is installed is stripped.
build/obj/librouteros.so: $(GO_SOURCES) $(C_SOURCES) Makefile
	@mkdir -p build/obj
	$(GO_BUILD) -buildmode=c-shared -ldflags="-bindnow $(GO_LDFLAGS) -extldflags '$(EXTLDFLAGS)'" -o $@ ./capi
	@touch $@

build/$(SHARED): build/obj/librouteros.so
	$(STRIP) --strip-unneeded -o $@ $<

build/$(SONAME): build/$(SHARED)
	@ln -sf $(SHARED) $@

build/librouteros.so: build/$(SONAME)
	@ln -sf $(SONAME) $@

build/obj/go.a: $(GO_SOURCES) $(C_SOURCES) Makefile
	@mkdir -p build/obj
	$(GO_BUILD) -buildmode=c-archive -ldflags="$(GO_LDFLAGS)" -o $@ ./capi
	@touch $@

# One object of it all, so that every name but the public ones can be made local: a program may hold Go
# code of its own, or functions named like ours. -d: else common symbols would stay global.
build/librouteros.a: build/obj/go.a
	sed -n 's/^\t\(ros_[a-z_]*\);$$/\1/p' capi/librouteros.map >build/obj/public
	$(CC) -r -nostdlib -Wl,-d -Wl,--whole-archive build/obj/go.a -o build/obj/all.o
	$(OBJCOPY) --strip-unneeded --keep-global-symbols=build/obj/public build/obj/all.o build/obj/librouteros.o
	@rm -f $@
	$(AR) rcs $@ build/obj/librouteros.o

build/routersim: $(GO_SOURCES)
	@mkdir -p build
	CGO_ENABLED=0 $(GO) build -trimpath -buildvcs=false -o $@ ./cmd/routersim
	@touch $@

# The run path lets them run from the build tree.
build/examples/%: examples/%.c $(HEADERS) build/librouteros.so
	@mkdir -p build/examples
	$(CC) -std=c99 -Wall -Wextra $(CFLAGS) -Iinclude $< -o $@ -Lbuild -lrouteros -Wl,-rpath,'$$ORIGIN/..' $(LDFLAGS)

install: shared static ## Install the libraries, headers and the rest (PREFIX, LIBDIR, DESTDIR)
	install -d '$(DESTDIR)$(LIBDIR)/pkgconfig' '$(DESTDIR)$(INCLUDEDIR)' '$(DESTDIR)$(DATADIR)'
	install -m 755 build/$(SHARED) '$(DESTDIR)$(LIBDIR)/$(SHARED)'
	ln -sf $(SHARED) '$(DESTDIR)$(LIBDIR)/$(SONAME)'
	ln -sf $(SONAME) '$(DESTDIR)$(LIBDIR)/librouteros.so'
	install -m 644 build/librouteros.a '$(DESTDIR)$(LIBDIR)/librouteros.a'
	install -m 644 $(HEADERS) '$(DESTDIR)$(INCLUDEDIR)'
	install -m 644 $(SUPPRESSIONS) '$(DESTDIR)$(DATADIR)'
ifneq ($(ADAPTERS),)
	install -d '$(DESTDIR)$(INCLUDEDIR)/librouteros'
	install -m 644 $(ADAPTERS) '$(DESTDIR)$(INCLUDEDIR)/librouteros'
endif
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' \
		-e 's|@LIBDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))|' \
		-e 's|@INCLUDEDIR@|$(patsubst $(PREFIX)/%,$${prefix}/%,$(INCLUDEDIR))|' \
		pkgconfig/librouteros.pc.in >'$(DESTDIR)$(LIBDIR)/pkgconfig/librouteros.pc'

uninstall: ## Remove what install put there (same PREFIX, LIBDIR, DESTDIR)
	rm -f '$(DESTDIR)$(LIBDIR)'/$(SONAME) '$(DESTDIR)$(LIBDIR)'/$(SONAME).* \
		'$(DESTDIR)$(LIBDIR)'/librouteros.so '$(DESTDIR)$(LIBDIR)'/librouteros.a \
		'$(DESTDIR)$(LIBDIR)'/pkgconfig/librouteros.pc \
		$(foreach h,$(notdir $(HEADERS)),'$(DESTDIR)$(INCLUDEDIR)'/$(h))
	rm -f $(foreach h,$(notdir $(ADAPTERS)),'$(DESTDIR)$(INCLUDEDIR)'/librouteros/$(h)) \
		'$(DESTDIR)$(DATADIR)'/librouteros.supp
	-rmdir '$(DESTDIR)$(INCLUDEDIR)'/librouteros '$(DESTDIR)$(DATADIR)' 2>/dev/null

demo: build/routersim build/examples/interfaces ## Show an example at work on a simulated router, old and new
	@examples/demo.sh

test: all ## Run all tests (installs what they need through apt, if it may)
	@tests_c/deps.sh || true
	@rm -rf build/stage
	@$(MAKE) --no-print-directory install PREFIX='$(CURDIR)/build/stage' LIBDIR='$(CURDIR)/build/stage/lib' \
		INCLUDEDIR='$(CURDIR)/build/stage/include' DATADIR='$(CURDIR)/build/stage/share/librouteros' \
		DESTDIR= >/dev/null
	@CC='$(CC)' MAKE='$(MAKE)' tests_c/run.sh

bench: shared ## Measure against the bare socket and print a table (see docs/performance.md)
	@CC='$(CC)' tests_c/bench/run.sh $(MEASURES)

lint: ## Check Go and C sources: gofmt, vet, staticcheck, warnings of gcc and clang
	@tests_c/deps.sh || true
	@tests_c/lint.sh

abi: ## Write the description of the drop-in ABI anew (see tests_c/abi)
	@tests_c/abi/describe.sh

deps: ## Install what the tests need and this machine lacks, through apt
	@tests_c/deps.sh

clean: ## Remove what was built
	rm -rf build
