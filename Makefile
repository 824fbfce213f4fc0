# smtplab - build, test, check.  Everything built goes below build/ (or BUILD=...).
#
#   make             the library and the smtplab command
#   make demo        installs what is missing, builds, shows the first letter: in the window, or in words
#                    and as a picture where there is no display
#   make test        installs what is missing, builds, passes every test
#   make check       what a change must pass besides: layers, both compilers, format, lint, headers
#   make check-long  sanitizers, fuzzing, 32 bits and big-endian; the best part of an hour
#   make swarm N=... random worlds, each judged by its trace (2000)
#   make bench       events and transfers per second (make bench-deps installs the rivals)
#   make bench-view  pictures a second of the window, seeking, starting
#   make install     to $(DESTDIR)$(PREFIX); make uninstall takes it away again

BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
# make's own default is `cc`, which counts as set: only what the user says counts here.
ifeq ($(origin CC),default)
CC = gcc
endif
CFLAGS ?= -O2 -g
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
          -Wswitch-enum -Wvla -Wpointer-arith -Wwrite-strings -Wno-string-conversion -Werror
STD     = -std=c11 -D_POSIX_C_SOURCE=200809L -I.
SAN     = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
JOBS   ?= $(shell nproc 2>/dev/null || echo 2)

VERSION := $(shell sed -n 's/^\#define SMTPLAB_VERSION "\(.*\)"/\1/p' sim/version.h)
DEPS    = libcjson libcrypto libidn2
# A cross build says where its libraries are (check-long); otherwise pkg-config knows.
PKG_CFLAGS := $(shell pkg-config --cflags $(DEPS) 2>/dev/null)
PKG_LIBS   := $(shell pkg-config --libs $(DEPS) 2>/dev/null || echo -lcjson -lcrypto -lidn2)

# The window's own libraries; nothing in sim/ knows them.
VIEW_DEPS   = sdl2 SDL2_ttf SDL2_image cairo fontconfig
VIEW_CFLAGS := $(shell pkg-config --cflags $(VIEW_DEPS) 2>/dev/null)
VIEW_LIBS   := $(shell pkg-config --libs $(VIEW_DEPS) 2>/dev/null || echo -lSDL2 -lSDL2_ttf -lSDL2_image -lcairo -lfontconfig) -lm

RENDER  := $(filter-out render/app/main.c,$(wildcard render/*/*.c))
RENDER_H := $(wildcard render/*/*.h)
SIM     := $(filter-out sim/cli/% sim/shell/%,$(wildcard sim/*.c sim/*/*.c sim/agents/*/*.c))
SHELL_C := $(wildcard sim/shell/*.c)
CLI     := $(wildcard sim/cli/*.c)
HEADERS := $(wildcard sim/*.h sim/*/*.h sim/agents/*/*.h)
# What the files of one module share among themselves is nobody else's.
PRIVATE := $(wildcard sim/*/*_parts.h sim/agents/*/*_parts.h) sim/net/tcp_end.h sim/net/host.h sim/smtp/table_cells.h
TESTS   := $(wildcard tests/test_*.c)
HELP    := $(filter-out $(TESTS),$(wildcard tests/*.c))
BENCH   := $(wildcard tests/bench/bench_*.c)
BENCH_H := $(filter-out $(BENCH),$(wildcard tests/bench/*.c))
FUZZ    := $(wildcard tests/fuzz/*.c)
SCRIPTS := $(wildcard tests/test_*.sh tests/test_*.py)
ALL_C   := $(SIM) $(SHELL_C) $(CLI) $(RENDER) $(wildcard render/app/main.c) $(RENDER_H) $(TESTS) $(HELP) $(BENCH) $(BENCH_H) $(FUZZ) $(HEADERS) $(wildcard tests/*.h tests/*/*.h)

SIM_O   = $(SIM:%.c=$(BUILD)/%.o)
SHELL_O = $(SHELL_C:%.c=$(BUILD)/%.o)
CLI_O   = $(CLI:%.c=$(BUILD)/%.o)
HELP_O  = $(HELP:%.c=$(BUILD)/%.o)
TEST_X  = $(TESTS:tests/%.c=$(BUILD)/tests/%)
BENCH_X = $(BENCH:tests/%.c=$(BUILD)/%)
FUZZ_X  = $(FUZZ:tests/%.c=$(BUILD)/%)
LIB     = $(BUILD)/libsmtplab.a
SHELL_LIB = $(BUILD)/libshell.a
PROGRAM = $(if $(CLI),$(BUILD)/smtplab)
RENDER_O = $(RENDER:%.c=$(BUILD)/%.o)
RENDER_LIB = $(BUILD)/librender.a
VIEW    = $(if $(wildcard render/app/main.c),$(BUILD)/smtplab-view)

.DEFAULT_GOAL := all
all: $(LIB) $(PROGRAM) $(VIEW)

# ---- build ------------------------------------------------------------------------------------

# Other flags, other objects: whatever depends on this file is made anew when they change.
FLAGS = $(CC) $(STD) $(WARN) $(CFLAGS) $(CPPFLAGS) $(LDFLAGS) $(PKG_CFLAGS) $(PKG_LIBS)
$(BUILD)/flags: force
	@mkdir -p $(@D); echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@

$(LIB): $(SIM_O)
	@mkdir -p $(@D); rm -f $@; $(AR) rcsD $@ $^

# What both programs do at the shell; no part of the library.
$(SHELL_LIB): $(SHELL_O)
	@mkdir -p $(@D); rm -f $@; $(AR) rcsD $@ $^

$(BUILD)/smtplab: $(CLI_O) $(SHELL_LIB) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

$(BUILD)/sim/%.o: sim/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(CPPFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/render/%.o: render/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(CPPFLAGS) $(PKG_CFLAGS) $(VIEW_CFLAGS) -MMD -MP -c -o $@ $<

$(RENDER_LIB): $(RENDER_O)
	@mkdir -p $(@D); rm -f $@; $(AR) rcsD $@ $^

$(BUILD)/smtplab-view: $(BUILD)/render/app/main.o $(RENDER_LIB) $(SHELL_LIB) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(PKG_LIBS) $(VIEW_LIBS)

# Criterion's macros need more of GNU C than our own code allows itself.
TEST_STD = -std=gnu11 -D_GNU_SOURCE -I. -Wall -Wextra -Wshadow -Wno-missing-field-initializers -Werror
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(CC) $(TEST_STD) $(CFLAGS) $(CPPFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(filter-out $(BUILD)/tests/test_view_%,$(TEST_X)): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(HELP_O) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(HELP_O) $(LIB) $(PKG_LIBS) -lcriterion

# Tests of the window's rooms.
VIEW_TEST_X = $(filter $(BUILD)/tests/test_view_%,$(TEST_X))
$(VIEW_TEST_X): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(HELP_O) $(RENDER_LIB) $(SHELL_LIB) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(HELP_O) $(RENDER_LIB) $(SHELL_LIB) $(LIB) $(PKG_LIBS) $(VIEW_LIBS) -lcriterion

VIEW_BENCH_X = $(filter $(BUILD)/bench/bench_view%,$(BENCH_X))
$(VIEW_BENCH_X): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_H:%.c=$(BUILD)/%.o) $(RENDER_LIB) $(SHELL_LIB) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BENCH_H:%.c=$(BUILD)/%.o) $(RENDER_LIB) $(SHELL_LIB) $(LIB) $(PKG_LIBS) $(VIEW_LIBS)

$(filter-out $(VIEW_BENCH_X),$(BENCH_X)): $(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(BENCH_H:%.c=$(BUILD)/%.o) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(BENCH_H:%.c=$(BUILD)/%.o) $(LIB) $(PKG_LIBS)

# A fuzz target needs clang's libFuzzer: make CC=clang BUILD=build/fuzz fuzzers.
$(FUZZ_X): $(BUILD)/fuzz/%: tests/fuzz/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(TEST_STD) $(CFLAGS) $(LDFLAGS) -fsanitize=fuzzer $(PKG_CFLAGS) -o $@ $< $(LIB) $(PKG_LIBS)

tests: all $(TEST_X)
benches: all $(BENCH_X)
fuzzers: $(FUZZ_X)
format:
	clang-format -i $(ALL_C)
clean:
	rm -rf $(BUILD)

# What others make of our schemas (tests/node/package.json), below the build folder.
NODE = $(BUILD)/node
$(NODE)/installed: tests/node/package.json tests/node/package-lock.json
	@mkdir -p $(NODE) && cp $^ $(NODE) && cd $(NODE) && npm ci --no-audit --no-fund --loglevel=error >npm.log 2>&1 \
	    || { cat npm.log; exit 1; }
	@touch $@

# ---- the commands of the README ---------------------------------------------------------------

# Tools may be installed by the first line, so the build is a make of its own that sees them.
MORE = @$(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

deps: deps-test
deps-%: force
	@tests/checks/deps $*

# Where the window cannot be opened after all, the terminal tells the story.
# The picture: the hand-over from site to site, mx.shop.example has become responsible.
DEMO_RECORD = 279
demo: deps-demo
	$(MORE) -s all
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] && echo "The window: Space plays, F1 lists the keys, G all lessons." && \
	    $(BUILD)/smtplab view scenarios/first-letter.json; then :; else \
	    $(BUILD)/smtplab run scenarios/first-letter.json && \
	    $(BUILD)/smtplab view scenarios/first-letter.json --png $(BUILD)/first-letter.png \
	        --no-prompts --record $(DEMO_RECORD) && \
	    printf '\nA picture of it: %s\n' '$(abspath $(BUILD))/first-letter.png'; fi

test: deps-test
	$(MORE) -s tests variants $(NODE)/installed
	@BUILD=$(BUILD) JOBS=$(JOBS) VARIANTS='$(VARIANTS)' tests/checks/run-tests $(notdir $(basename $(TESTS))) $(notdir $(SCRIPTS))

check: deps-check
	$(MORE) -s -k check-all

check-long: deps-check-long
	@BUILD=$(BUILD) JOBS=$(JOBS) tests/checks/check-long

N ?= 2000
swarm: deps-test
	$(MORE) -s all
	@BUILD=$(BUILD) tests/swarm/run -n $(N)

determinism: deps-test
	$(MORE) -s all variants
	@BUILD=$(BUILD) SMTPLAB=$(BUILD)/smtplab VARIANTS='$(VARIANTS)' tests/test_determinism.py

# Other builds of the same program, whose traces must be the same to the byte.
VARIANTS = gcc-O0 clang-O0 clang-O2 gcc-san
variants: $(VARIANTS:%=variant-%)
variant-%-O0: force
	@$(MAKE) --no-print-directory -s CC=$* CFLAGS='-O0 -g' BUILD=$(BUILD)/variants/$*-O0 all
variant-%-O2: force
	@$(MAKE) --no-print-directory -s CC=$* CFLAGS='-O2 -g' BUILD=$(BUILD)/variants/$*-O2 all
variant-%-san: force
	@$(MAKE) --no-print-directory -s CC=$* CFLAGS='-O1 -g $(SAN)' BUILD=$(BUILD)/variants/$*-san all

asan: deps-test $(NODE)/installed
	$(MORE) -s BUILD=$(BUILD)/asan CFLAGS='-O1 -g $(SAN)' tests
	@BUILD=$(BUILD)/asan JOBS=$(JOBS) tests/checks/run-tests $(notdir $(basename $(TESTS))) $(notdir $(SCRIPTS))

bench-deps: deps-bench
bench: deps-demo
	$(MORE) -s benches
	@BUILD=$(BUILD) tests/bench/run
bench-view: deps-demo
	$(MORE) -s all $(BUILD)/bench/bench_view
	@BUILD=$(BUILD) tests/bench/view

# ---- install ----------------------------------------------------------------------------------

INSTALL = install
DATA    = $(DESTDIR)$(PREFIX)/share/smtplab
MAN     = $(DESTDIR)$(PREFIX)/share/man/man1
BASH    = $(DESTDIR)$(PREFIX)/share/bash-completion/completions
ZSH     = $(DESTDIR)$(PREFIX)/share/zsh/site-functions
INCLUDE = $(DESTDIR)$(PREFIX)/include/smtplab

install: all
	$(INSTALL) -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DATA)/scenarios $(DATA)/icons $(MAN) $(BASH) $(ZSH)
	$(INSTALL) -m 755 $(BUILD)/smtplab $(DESTDIR)$(PREFIX)/bin/smtplab
	$(INSTALL) -m 755 $(BUILD)/smtplab-view $(DESTDIR)$(PREFIX)/bin/smtplab-view
	$(INSTALL) -m 644 $(wildcard assets/icons/*.svg) $(DATA)/icons
	$(INSTALL) -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/libsmtplab.a
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' assets/smtplab.pc.in > $(DESTDIR)$(PREFIX)/lib/pkgconfig/smtplab.pc
	for h in $(filter-out sim/cli/% sim/shell/% $(PRIVATE),$(HEADERS)); do \
	    $(INSTALL) -D -m 644 $$h $(INCLUDE)/$$h || exit 1; done
	$(INSTALL) -m 644 $(wildcard scenarios/*.json) $(DATA)/scenarios
	$(INSTALL) -m 644 assets/smtplab.1 $(MAN)/smtplab.1
	echo '.so man1/smtplab.1' > $(MAN)/smtplab-view.1
	$(INSTALL) -m 644 assets/completion.bash $(BASH)/smtplab
	$(INSTALL) -m 644 assets/completion.zsh $(ZSH)/_smtplab

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/smtplab $(DESTDIR)$(PREFIX)/bin/smtplab-view $(DESTDIR)$(PREFIX)/lib/libsmtplab.a \
	    $(DESTDIR)$(PREFIX)/lib/pkgconfig/smtplab.pc $(MAN)/smtplab.1 $(MAN)/smtplab-view.1 $(BASH)/smtplab $(ZSH)/_smtplab
	rm -rf $(INCLUDE) $(DATA)

include tests/checks/check.mk
-include $(SIM_O:.o=.d) $(RENDER_O:.o=.d) $(BUILD)/render/app/main.d $(CLI_O:.o=.d) $(SHELL_O:.o=.d) $(HELP_O:.o=.d) $(TEST_X:=.d) $(BENCH:%.c=$(BUILD)/%.d) $(BENCH_H:%.c=$(BUILD)/%.d)
.SECONDARY:
force:
.PHONY: all tests variants benches fuzzers format clean deps demo test check check-long determinism asan bench-deps bench bench-view \
    install uninstall force
