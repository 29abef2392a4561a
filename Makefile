# SPDX-License-Identifier: GPL-2.0-or-later
#
# make			./pingtrace
# make demo		build, then ping: here, or in the lab where this kernel does not allow tracing
# make check		every test
# make bench		what tracing costs; refreshes docs/benchmarks.md
# make accuracy		refresh the table in docs/accuracy.md
# make lint		format, static analysis
# make lab		a shell in the lab
# make V=1		shows the commands

VERSION := 0.1.0

CC ?= gcc
CLANG ?= clang
BPFTOOL ?= $(shell PATH=$$PATH:/usr/sbin command -v bpftool || echo bpftool)
PKG_CONFIG ?= pkg-config
B := build$(if $(SANITIZE),/sanitize)

Q := $(if $(V),,@)
say = $(if $(V),,@printf '  %-8s%s\n' $(1) $(2))

LIBS := libbpf jansson
CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 \
	$(if $(WERROR),-Werror) -D_GNU_SOURCE -DPINGTRACE_VERSION='"$(VERSION)"' -Iinclude -Isrc -I$(B) \
	-fPIE -fstack-protector-strong -fstack-clash-protection $(if $(filter x86_64,$(shell uname -m)),-fcf-protection) \
	$(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-D_FORTIFY_SOURCE=2) \
	$(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
override LDFLAGS += -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=address$(comma)undefined)
LDLIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -lm
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -Wall -Wextra $(if $(WERROR),-Werror) -Iinclude -Ivmlinux -Ibpf
comma := ,

SOURCES := $(wildcard src/*.c)
OBJECTS := $(SOURCES:src/%.c=$(B)/%.o)
PROGRAM := $(if $(SANITIZE),$(B)/pingtrace,pingtrace)
UNIT := $(patsubst tests/unit/%.c,$(B)/%,$(wildcard tests/unit/test_*.c))

all: $(PROGRAM) $(B)/pingtrace.8

$(PROGRAM): $(OBJECTS)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: src/%.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

$(B)/backend_fentry.o: $(B)/pingtrace.skel.h

$(B)/%.bpf.o: bpf/%.bpf.c $(wildcard bpf/*.h include/pingtrace/*.h vmlinux/*.h) | $(B)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(B)/%.skel.h: $(B)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf >$@.tmp && mv $@.tmp $@

# The manual page's tables are the code's.
$(B)/generate: docs/generate.c $(addprefix $(B)/,options.o path.o util.o)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) -lm

$(B)/pingtrace.8: docs/pingtrace.8.in $(B)/generate
	$(call say,MAN,$@)
	$(Q)$(B)/generate <$< >$@

$(B):
	$(Q)mkdir -p $@

-include $(wildcard $(B)/*.d)

$(B)/test_%: tests/unit/test_%.c $(filter-out $(B)/main.o,$(OBJECTS)) | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(filter %.o,$^) $(LDLIBS) $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)

unit: $(UNIT)

# Programs that the lab's tests take along, with BPF programs of their own: tests/NAME/NAME.c, NAME.bpf.c.
LAB_PROGRAMS := $(addprefix $(B)/,inject floor)
BENCH_PROGRAMS := $(addprefix $(B)/,flow stopwatch)

.SECONDEXPANSION:
$(LAB_PROGRAMS:%=%.bpf.o): $(B)/%.bpf.o: tests/$$*/$$*.bpf.c $(wildcard tests/*/*.h bpf/*.h include/pingtrace/*.h vmlinux/*.h) | $(B)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(LAB_PROGRAMS): $(B)/%: tests/$$*/$$*.c $(B)/$$*.skel.h
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LDLIBS)

$(BENCH_PROGRAMS): $(B)/%: tests/bench/%.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $<

$(B)/recount: tests/soak/recount.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(LDLIBS)

$(B)/observe.so: tests/observe/observe.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) -fPIC -shared -MMD -MP -o $@ $< -ldl

lab-programs: $(LAB_PROGRAMS) $(BENCH_PROGRAMS) $(B)/recount $(B)/observe.so

# Every test. The lab's take a minute each; TESTS="tests/cli.t" runs but those named.
TESTS = $(UNIT) tests/cli.t tests/sanitize.t $(wildcard tests/lab/*.t)

check:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) all unit lab-programs
	$(Q)prove $(if $(V),-v) --timer $(TESTS)

# Documents with a table that was measured: what stands between the marks is replaced.
put_table = awk '/<!-- end -->/ { off = 0 } !off { print } \
	/<!-- begin -->/ { off = 1; while ((getline line <"$(1)") > 0) print line }' $(2) >$(1).md && cp $(1).md $(2)

accuracy:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) all lab-programs
	$(Q)ACCURACY_TABLE=$(CURDIR)/$(B)/accuracy.table tests/lab/accuracy.t
	$(Q)$(call put_table,$(B)/accuracy.table,docs/accuracy.md)

bench:
	$(Q)tests/need build lab check bench
	$(Q)$(MAKE) all lab-programs
	$(Q)tests/bench/bench -b $(B)/bench
	$(Q)jq -r -f tests/bench/table.jq $(B)/bench/results.json | tee $(B)/bench.table
	$(Q)$(call put_table,$(B)/bench.table,docs/benchmarks.md)

demo:
	$(Q)tests/need build
	$(Q)$(MAKE) all
	$(Q)tests/lab/demo

lab:
	$(Q)tests/need build lab
	$(Q)$(MAKE) all
	$(Q)tests/lab/lab -i -n 2 tests/lab/shell

C_FILES := $(wildcard src/*.[ch] bpf/*.[ch] include/pingtrace/*.h tests/*/*.[ch] vmlinux/*.h docs/*.c)
SHELL_FILES := tests/bench/bench tests/bench/guest tests/need tests/tap.sh tests/*.t $(addprefix tests/lab/,lab fetch-kernel mkinitramfs init guest.sh \
	demo shell) tests/lab/*.t

lint:
	$(Q)tests/need build check lint
	clang-format --dry-run --Werror $(C_FILES)
	$(Q)$(MAKE) WERROR=1 all unit
	cppcheck --quiet --error-exitcode=1 --enable=warning,performance,portability --inline-suppr \
		--suppress=missingIncludeSystem -Iinclude -Isrc src
	clang-tidy --quiet --warnings-as-errors='*' $(SOURCES) -- $(filter-out -fcf-protection -f%-protection,$(CFLAGS))
	shellcheck -x $(SHELL_FILES)
	mandoc -T lint -W warning $(B)/pingtrace.8

format:
	clang-format -i $(C_FILES)

clean:
	$(Q)rm -rf build pingtrace

.PHONY: all unit lab-programs check bench accuracy demo lab lint format clean
.DELETE_ON_ERROR:
.SECONDARY:
