# What `make check` does, one stamp a file below $(BUILD)/check, so that a second run is quick.
# Included by the Makefile.

CHECKED   = $(BUILD)/check
STAMP     = @mkdir -p $(@D)
TIDY_C    = $(SIM) $(SHELL_C) $(CLI)
VIEW_TIDY = $(RENDER) render/app/main.c
CHECK_ALL = layers words heads sizes globals-checked formatted manual documents \
            $(HEADERS:%=$(CHECKED)/gcc/%.ok) $(HEADERS:%=$(CHECKED)/clang/%.ok) \
            $(RENDER_H:%=$(CHECKED)/gcc/%.ok) $(RENDER_H:%=$(CHECKED)/clang/%.ok) \
            $(TIDY_C:%=$(CHECKED)/tidy/%.ok) $(VIEW_TIDY:%=$(CHECKED)/tidy/%.ok) warnings

check-all: $(CHECK_ALL)
	@echo "make check: $(words $(HEADERS) $(RENDER_H)) headers, $(words $(TIDY_C) $(VIEW_TIDY)) sources, $(words $(TESTS)) tests: all clean"

layers: force
	@tests/checks/layers
words: force
	@tests/checks/words $(ALL_C)
heads: force
	@tests/checks/heads $(HEADERS) $(RENDER_H)
sizes: force
	@tests/checks/sizes $(ALL_C)
globals-checked: $(LIB)
	@tests/checks/globals $(LIB)
formatted: force
	@clang-format --dry-run -Werror $(ALL_C)
manual: force
	@mandoc -Tlint -W warning assets/smtplab.1
documents: all
	@SMTPLAB=$(BUILD)/smtplab tests/checks/snippets README.md $(wildcard */README.md)

# Both compilers, all warnings, optimised (some warnings need the optimiser) and not.
warnings: force
	@$(MAKE) --no-print-directory -s CC=gcc BUILD=$(BUILD)/variants/gcc-O2 CFLAGS='-O2 -g' tests benches
	@$(MAKE) --no-print-directory -s CC=clang BUILD=$(BUILD)/variants/clang-O0 CFLAGS='-O0 -g' tests benches

$(CHECKED)/gcc/render/%.ok $(CHECKED)/clang/render/%.ok $(CHECKED)/tidy/render/%.ok: PKG_CFLAGS += $(VIEW_CFLAGS)

# Every header compiles alone, with either compiler.
$(CHECKED)/gcc/%.ok: % $(HEADERS) $(RENDER_H)
	$(STAMP); printf '#include "%s"\ntypedef int self_contained;\n' '$<' | \
	    gcc $(STD) $(WARN) $(PKG_CFLAGS) -fsyntax-only -x c - && touch $@
$(CHECKED)/clang/%.ok: % $(HEADERS) $(RENDER_H)
	$(STAMP); printf '#include "%s"\ntypedef int self_contained;\n' '$<' | \
	    clang $(STD) $(WARN) $(PKG_CFLAGS) -fsyntax-only -x c - && touch $@

# .clang-tidy says which checks and why; the time limit is for a file that the analyser cannot end.
# A file's object is newer whenever one of its headers is.
$(CHECKED)/tidy/%.c.ok: %.c .clang-tidy $(BUILD)/%.o
	$(STAMP); timeout 240 clang-tidy --quiet --warnings-as-errors='*' $< -- $(STD) $(PKG_CFLAGS) >$@.log 2>$@.err && touch $@ || \
	    { sed 's|$(CURDIR)/||' $@.log | grep -E '(error|warning):'; grep -E 'error:' $@.err; echo "clang-tidy: $< failed"; exit 1; }

.PHONY: check-all layers words heads sizes globals-checked formatted manual documents warnings
