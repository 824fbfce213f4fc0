# smtplab - build, test, check.  Everything built goes below build/ (or BUILD=...).
#
#   make            the library and the smtplab command
#   make demo       installs what is missing, builds, tells the first lesson
#   make test       installs what is missing, builds, passes every test
#   make check      what a pull request must pass besides: layers, warnings, format, headers

BUILD  ?= build
CC     ?= gcc
CFLAGS ?= -O2 -g
WARN    = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
          -Wswitch-enum -Wvla -Wpointer-arith -Wwrite-strings -Werror
STD     = -std=c11 -D_POSIX_C_SOURCE=200809L -I.
DEPS    = libcjson libcrypto libidn2
PKG_CFLAGS = $(shell pkg-config --cflags $(DEPS) 2>/dev/null)
PKG_LIBS   = $(shell pkg-config --libs $(DEPS) 2>/dev/null)

SIM     = $(filter-out sim/cli/%,$(wildcard sim/*.c sim/*/*.c))
CLI     = $(wildcard sim/cli/*.c)
TESTS   = $(wildcard tests/test_*.c)
HELP    = $(filter-out $(TESTS),$(wildcard tests/*.c))
SIM_O   = $(SIM:%.c=$(BUILD)/%.o)
CLI_O   = $(CLI:%.c=$(BUILD)/%.o)
HELP_O  = $(HELP:%.c=$(BUILD)/%.o)
TEST_X  = $(TESTS:tests/%.c=$(BUILD)/tests/%)
LIB     = $(BUILD)/libsmtplab.a

all: $(LIB) $(if $(CLI),$(BUILD)/smtplab)

$(LIB): $(SIM_O)
	@rm -f $@ && ar rcsD $@ $^

$(BUILD)/smtplab: $(CLI_O) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(CLI_O) $(LIB) $(PKG_LIBS)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(STD) $(WARN) $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

$(TEST_X): $(BUILD)/tests/%: $(BUILD)/tests/%.o $(HELP_O) $(LIB)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(HELP_O) $(LIB) $(PKG_LIBS) -lcriterion

# Criterion's macros need more of GNU C than our own code allows itself.
$(BUILD)/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	$(CC) -std=gnu11 -D_GNU_SOURCE -I. -Wall -Wextra -Wshadow -Wno-missing-field-initializers -Werror \
	    $(CFLAGS) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<

tests: $(TEST_X)

format:
	clang-format -i $(wildcard sim/*.[ch] sim/*/*.[ch] tests/*.[ch])

clean:
	rm -rf $(BUILD)

-include $(SIM_O:.o=.d) $(CLI_O:.o=.d) $(HELP_O:.o=.d) $(TEST_X:=.d)
.SECONDARY:
.PHONY: all tests format clean
