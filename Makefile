# SPDX-License-Identifier: GPL-2.0-or-later
#
# make			./pingtrace
# make demo		build, then ping: here, or in the lab where this kernel does not allow tracing
# make check		every test
# make check-releases	make demo and make check on new systems: RELEASES="bookworm trixie"; needs root
# make check-fast	the unit tests, a few others and one in the lab: for between two edits
# make soak		days and weeks of probes in virtual time, millions of them in real time; takes hours
# make fuzz		the fuzz targets, RUNS=n inputs each or without end
# make install		prefix=/usr/local, DESTDIR; SETCAP=1 for use without root; also uninstall
# make deb		a Debian package; check-deb tries it in a clean root
# make bench		what tracing costs; refreshes docs/benchmarks.md; bench-sinks: the table of sinks alone
# make pictures		the pictures in docs/images, or PICTURES="live packets"
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

LIBS := libbpf jansson libcap libseccomp ncursesw libprotobuf-c
CFLAGS ?= -O2 -g
override CFLAGS += -std=gnu11 -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wformat=2 \
	$(if $(WERROR),-Werror) -D_GNU_SOURCE -DPINGTRACE_VERSION='"$(VERSION)"' -Iinclude -Isrc -I$(B) \
	-fPIE -fstack-protector-strong -fstack-clash-protection $(if $(filter x86_64,$(shell uname -m)),-fcf-protection) \
	$(if $(SANITIZE),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-D_FORTIFY_SOURCE=2) \
	$(shell $(PKG_CONFIG) --cflags $(LIBS) 2>/dev/null)
override LDFLAGS += -pie -Wl,-z,relro,-z,now $(if $(SANITIZE),-fsanitize=address$(comma)undefined)
LDLIBS := $(shell $(PKG_CONFIG) --libs $(LIBS) 2>/dev/null) -lm
BPF_ARCH := $(patsubst aarch64,arm64,$(patsubst x86_64,x86,$(shell uname -m)))
BPF_CFLAGS := -g -O2 -target bpf -mcpu=v3 -D__TARGET_ARCH_$(BPF_ARCH) -Wall -Wextra $(if $(WERROR),-Werror) -Iinclude -Ivmlinux -Ibpf
comma := ,

# An archive a folder, in the order in which they may include: tests/includes. What needs others comes first on a command line.
FOLDERS := base net model analysis trace output probe explain cli
SOURCES := $(wildcard src/*/*.c src/*/*/*.c)
ASSEMBLER := $(wildcard src/*/*/*.S)
objects_of = $(patsubst src/%.c,$(B)/src/%.o,$(filter-out src/cli/main.c,$(filter src/$(1)/%,$(SOURCES)))) \
	$(patsubst src/%.S,$(B)/src/%.o,$(filter src/$(1)/%,$(ASSEMBLER)))
archive_of = $(B)/$(1).a
# Those from a folder downwards, and all.
below :=
$(foreach f,$(FOLDERS),$(eval below := $(f) $(below))$(eval below_$(f) := $(below)))
down_from = $(foreach f,$(below_$(1)),$(call archive_of,$(f)))
ARCHIVES := $(call down_from,$(lastword $(FOLDERS)))
PROGRAM := $(if $(SANITIZE),$(B)/pingtrace,pingtrace)
UNIT_SOURCES := $(wildcard tests/unit/*/test_*.c)
UNIT := $(patsubst %.c,$(B)/%,$(notdir $(UNIT_SOURCES)))

all: $(PROGRAM) $(B)/pingtrace.8 $(B)/pingtrace.bash $(B)/_pingtrace

$(PROGRAM): $(B)/src/cli/main.o $(ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/src/%.o: src/%.c
	$(call say,CC,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Perfetto's format: messages and their encoding are made from perfetto.proto.
PROTOC_C ?= protoc-c
PERFETTO := $(B)/output/perfetto.pb-c

$(PERFETTO).c $(PERFETTO).h &: src/output/perfetto.proto
	$(call say,PROTO,$(PERFETTO).c)
	$(Q)mkdir -p $(@D)
	$(Q)$(PROTOC_C) --proto_path=src/output --c_out=$(@D) $<

$(B)/src/output/perfetto_packets.o: $(PERFETTO).h

$(PERFETTO).o: $(PERFETTO).c
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

$(call archive_of,output): $(PERFETTO).o

define archive
$(call archive_of,$(1)): $(call objects_of,$(1))
	$(call say,AR,$$@)
	$(Q)rm -f $$@ && $(AR) rcs $$@ $$^
endef
$(foreach f,$(FOLDERS),$(eval $(call archive,$(f))))

# One object for each kind of program and each family.
BPF_OBJECTS := $(foreach kind,$(notdir $(basename $(basename $(wildcard bpf/*.bpf.c)))),$(kind)4 $(kind)6)
BPF_HEADERS := $(wildcard bpf/*.h bpf/*.c include/pingtrace/*.h vmlinux/*.h)
$(B)/src/trace/bpf_objects.o: $(BPF_OBJECTS:%=$(B)/%.skel.h)

$(B)/%4.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) | $(B)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(B)/%6.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) | $(B)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -DPT_V6 -c -o $@ $<

$(B)/%.skel.h: $(B)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $*_bpf >$@.tmp && mv $@.tmp $@

# The page of --write=FILE.html, with its style and script, and Debian's dygraphs in them. The script's hash is the only one
# that the page's Content-Security-Policy lets run.
DYGRAPHS ?= /usr/share/javascript/dygraphs
HTML := src/output/html
$(B)/report.script: $(DYGRAPHS)/dygraph.min.js $(HTML)/report.js | $(B)
	$(Q)grep -hv sourceMappingURL= $^ >$@

$(B)/report.style: $(DYGRAPHS)/dygraph.min.css $(HTML)/report.css | $(B)
	$(Q)sed 's,/[*]# sourceMappingURL=[^*]*[*]/,,' $^ >$@

$(B)/report.html: $(HTML)/report.html $(B)/report.script $(B)/report.style
	$(call say,GEN,$@)
	$(Q)hash=$$({ echo; cat $(B)/report.script; } | sha256sum | cut -c 1-64 | tr a-f A-F | basenc -d --base16 | base64) && \
		sed -e "s|SCRIPT_HASH|$$hash|" -e '/^SCRIPT$$/{r $(B)/report.script' -e 'd}' \
			-e '/^STYLE$$/{r $(B)/report.style' -e 'd}' $< >$@

$(B)/$(HTML)/template.o: $(HTML)/template.S $(B)/report.html
	$(call say,AS,$@)
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -DREPORT_HTML='"$(B)/report.html"' -c -o $@ $<

# The manual page's tables are the code's, and so are completions.
$(B)/generate $(B)/completion: $(B)/%: src/tools/%.c $(ARCHIVES) | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(ARCHIVES) $(LDLIBS)

$(B)/pingtrace.8: docs/pingtrace.8.in $(B)/generate
	$(call say,MAN,$@)
	$(Q)$(B)/generate <$< >$@

$(B)/pingtrace.bash: $(B)/completion
	$(call say,GEN,$@)
	$(Q)$< bash >$@

$(B)/_pingtrace: $(B)/completion
	$(call say,GEN,$@)
	$(Q)$< zsh >$@

$(B):
	$(Q)mkdir -p $@

-include $(wildcard $(B)/*.d $(B)/src/*/*.d $(B)/src/*/*/*.d)

# A unit test links the folder that it tests and what that may include.
define unit_test
$(B)/$(basename $(notdir $(1))): $(1) $(call down_from,$(2)) | $(B)
	$(call say,CC,$$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $$@ $$< $$(filter %.a,$$^) $(LDLIBS) $(shell $(PKG_CONFIG) --libs cmocka 2>/dev/null)
endef
$(foreach t,$(UNIT_SOURCES),$(eval $(call unit_test,$(t),$(patsubst tests/unit/%/,%,$(dir $(t))))))

# The far host of tests/lab/hostile.t, the listener of tests/lab/loss.t.
$(B)/hostile $(B)/sniffer: $(B)/%: tests/lab/%.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $<

unit: $(UNIT)

# libFuzzer, with sanitizers. In `make check` for some seconds; here until a finding, or RUNS inputs each.
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
FUZZED := $(addprefix src/,net/ip_options.c net/socket.c base/values.c)
FUZZED_RECORDING := $(foreach f,base net model analysis output,$(wildcard src/$(f)/*.c src/$(f)/*/*.c)) $(PERFETTO).c
FUZZ_HEADERS := $(wildcard src/*/*.h src/*/*/*.h include/pingtrace/*.h)
FUZZ_FLAGS := -std=gnu11 -O1 -g -D_GNU_SOURCE -DPINGTRACE_VERSION='"fuzz"' -Iinclude -Isrc \
	-I$(B) -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all
RUNS ?= -1

$(B)/fuzz/%: tests/fuzz/%.c $(FUZZED) src/cli/command_line.c src/base/util.c $(FUZZ_HEADERS) | $(B)/fuzz
	$(call say,FUZZ,$@)
	$(Q)$(CLANG) $(FUZZ_FLAGS) -o $@ $< $(FUZZED) $(if $(filter options,$*),src/cli/command_line.c,src/base/util.c) -lm

$(B)/fuzz/recording: tests/fuzz/recording.c $(FUZZED_RECORDING) $(B)/$(HTML)/template.o $(FUZZ_HEADERS) | $(B)/fuzz
	$(call say,FUZZ,$@)
	$(Q)$(CLANG) $(FUZZ_FLAGS) -o $@ $< $(FUZZED_RECORDING) $(B)/$(HTML)/template.o $(LDLIBS)

$(B)/fuzz:
	$(Q)mkdir -p $@

fuzz-targets: $(FUZZ)

fuzz: $(FUZZ)
	$(Q)for f in $(FUZZ); do mkdir -p $$f.corpus && \
		$$f -runs=$(RUNS) -max_len=8192 -close_fd_mask=1 $$f.corpus tests/fuzz/corpus/$$(basename $$f) || exit 1; done

# Programs that the lab's tests take along, with BPF programs of their own: tests/NAME/NAME.c, NAME.bpf.c.
LAB_PROGRAMS := $(addprefix $(B)/,inject floor)
BENCH_PROGRAMS := $(addprefix $(B)/,flow stopwatch)

.SECONDEXPANSION:
$(LAB_PROGRAMS:%=%.bpf.o): $(B)/%.bpf.o: tests/$$*/$$*.bpf.c $(wildcard tests/*/*.h bpf/*.h include/pingtrace/*.h vmlinux/*.h) | $(B)
	$(call say,CLANG,$@)
	$(Q)$(CLANG) $(BPF_CFLAGS) -c -o $@ $<

$(B)/floor: $(call down_from,trace)
$(LAB_PROGRAMS): $(B)/%: tests/$$*/$$*.c $(B)/$$*.skel.h
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $< $(filter %.a,$^) $(LDLIBS)

$(BENCH_PROGRAMS): $(B)/%: tests/bench/%.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $<

$(B)/recount: tests/soak/recount.c tests/soak/lines.c tests/soak/lines.h
$(B)/crowd: tests/crowd/crowd.c
$(B)/recount $(B)/crowd: | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -MMD -MP -o $@ $(filter %.c,$^) $(LDLIBS)

$(B)/observe.so: tests/observe/observe.c | $(B)
	$(call say,CC,$@)
	$(Q)$(CC) $(CFLAGS) -fPIC -shared -MMD -MP -o $@ $< -ldl

lab-programs: $(LAB_PROGRAMS) $(BENCH_PROGRAMS) $(B)/recount $(B)/crowd $(B)/observe.so

# Every test. TESTS="tests/cli.t" runs but those named. In virtual time, and without the lab, nothing depends on
# what else this machine does: those go side by side, the others one by one. (loss_far.t asks where, not when.)
REAL_TIME := tests/blocked.t $(addprefix tests/lab/,two_hosts.t together.t two_cpus.t soak.t)
# The longest comes first, so that others are done meanwhile.
LONGEST := tests/lab/week.t
TESTS = $(LONGEST) $(UNIT) $(filter-out tests/deb.t,$(wildcard tests/*.t)) $(filter-out $(LONGEST),$(wildcard tests/lab/*.t))
JOBS ?= 2
PROVE = prove $(if $(V),-v,--failures --comments) --timer

check:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) all unit lab-programs fuzz-targets
	$(Q)tests/lab/fetch-kernel 6.12 >/dev/null && tests/lab/fetch-kernel 6.1 >/dev/null && \
		tests/lab/fetch-kernel 6.1-rt >/dev/null
	$(Q)failed=; \
	tests="$(filter-out $(REAL_TIME),$(TESTS))"; [ -z "$$tests" ] || $(PROVE) -j $(JOBS) $$tests || failed=1; \
	tests="$(filter $(REAL_TIME),$(TESTS))"; [ -z "$$tests" ] || $(PROVE) $$tests || failed=1; \
	[ -z "$$failed" ]

# As on new systems of these releases: what is committed, in roots that debootstrap makes, one after the other.
# TESTS and JOBS, where given, are make check's there.
RELEASES ?= bookworm trixie

check-releases:
	$(Q)failed=; for release in $(RELEASES); do \
		env -u MAKEFLAGS -u MAKEOVERRIDES -u MFLAGS tests/release $$release \
			$(foreach v,TESTS JOBS,$(if $(filter command line,$(origin $v)),$v='$($v)')) || failed="$$failed $$release"; \
	done; [ -z "$$failed" ] || { echo "failed:$$failed"; exit 1; }
# What says most for its time, the longest first; of the lab one test: both kernels, both kinds of
# socket, delays found where they are.
FAST = tests/sanitize.t tests/lab/delay.t tests/fuzz.t tests/cli.t tests/includes.t tests/install.t $(UNIT)
check-fast:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) -j $(JOBS) all unit fuzz-targets
	$(Q)$(PROVE) -j $(JOBS) $(FAST)

# What takes longer than anybody waits for: a week; days of two targets at once, of IPv6, of an older kernel; and soak.t.
SOAK_PROBES ?= 500000
soak:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) all lab-programs
	$(Q)failed=; \
	WEEK_PROBES=600000 prove -v --timer tests/lab/week.t || failed=1; \
	WEEK_TARGETS="10.9.0.2 10.9.0.3" prove -v --timer tests/lab/week.t || failed=1; \
	WEEK_TARGETS="fd09::2 fd09::3" prove -v --timer tests/lab/week.t || failed=1; \
	WEEK_KERNEL=6.1 prove -v --timer tests/lab/week.t || failed=1; \
	HTML_PROBES=1000000 prove -v --timer tests/html.t || failed=1; \
	SOAK_PROBES=$(SOAK_PROBES) prove -v --timer tests/lab/soak.t || failed=1; \
	PERFETTO_PROBES=1000000 prove -v --timer tests/perfetto.t || failed=1; \
	[ -z "$$failed" ]

# Documents with tables that were measured: what stands between two marks is replaced, `begin` or what is given, and `end`.
put_table = awk '/<!-- end -->/ { off = 0 } !off { print } \
	/<!-- $(or $(3),begin) -->/ { off = 1; while ((getline line <"$(1)") > 0) print line }' $(2) >$(1).md && cp $(1).md $(2)

accuracy:
	$(Q)tests/need build lab check
	$(Q)$(MAKE) all lab-programs
	$(Q)ACCURACY_TABLE=$(CURDIR)/$(B)/accuracy.table tests/lab/accuracy.t
	$(Q)$(call put_table,$(B)/accuracy.table,docs/accuracy.md)

# The one table that takes a minute.
bench-sinks:
	$(Q)tests/need build lab
	$(Q)$(MAKE) all
	$(Q)tests/bench/sinks $(B)/sinks >$(B)/sinks.table
	$(Q)cat $(B)/sinks.table
	$(Q)$(call put_table,$(B)/sinks.table,docs/benchmarks.md,begin sinks)

bench: bench-sinks
	$(Q)tests/need build lab check bench
	$(Q)$(MAKE) all lab-programs
	$(Q)tests/bench/bench -b $(B)/bench
	$(Q)jq -r -f tests/bench/table.jq $(B)/bench/results.json | tee $(B)/bench.table
	$(Q)$(call put_table,$(B)/bench.table,docs/benchmarks.md)

# FROM=DIR: keep the runs that they show there, and take them from there the next time.
pictures:
	$(Q)tests/need build lab check pictures
	$(Q)$(MAKE) all
	$(Q)docs/images/make $(if $(FROM),-r $(FROM)) $(PICTURES)

demo:
	$(Q)tests/need build
	$(Q)$(MAKE) all
	$(Q)tests/lab/demo

lab:
	$(Q)tests/need build lab
	$(Q)$(MAKE) all
	$(Q)tests/lab/lab -i -n 2 tests/lab/shell

# Where things go. SETCAP=1: with the capabilities that make root unnecessary.
prefix ?= /usr/local
bindir ?= $(prefix)/bin
mandir ?= $(prefix)/share/man
bashdir ?= $(prefix)/share/bash-completion/completions
zshdir ?= $(prefix)/share/zsh/site-functions
CAPABILITIES := cap_net_raw,cap_bpf,cap_perfmon+p
setcap := $(shell PATH=$$PATH:/usr/sbin:/sbin command -v setcap || echo setcap)

# A path, as one word of the shell whatever it holds; and the same in DESTDIR.
quoted = '$(subst ','\'',$(1))'
into = $(call quoted,$(DESTDIR)$(1))

install: all
	install -D -m 755 $(PROGRAM) $(call into,$(bindir)/pingtrace)
	install -D -m 644 $(B)/pingtrace.8 $(call into,$(mandir)/man8/pingtrace.8)
	install -D -m 644 $(B)/pingtrace.bash $(call into,$(bashdir)/pingtrace)
	install -D -m 644 $(B)/_pingtrace $(call into,$(zshdir)/_pingtrace)
	$(if $(SETCAP),$(setcap) $(CAPABILITIES) $(call into,$(bindir)/pingtrace),@echo \
	"For users other than root: make install SETCAP=1, or setcap $(CAPABILITIES)" $(call quoted,$(bindir)/pingtrace))

uninstall:
	rm -f $(call into,$(bindir)/pingtrace) $(call into,$(mandir)/man8/pingtrace.8) \
		$(call into,$(bashdir)/pingtrace) $(call into,$(zshdir)/_pingtrace)

# A Debian package in build/deb, from what git knows.
deb:
	$(Q)tests/need build deb
	$(Q)rm -rf build/deb && mkdir -p build/deb/pingtrace
	$(Q)git ls-files -z | xargs -0 cp --parents -t build/deb/pingtrace
	$(Q)cd build/deb/pingtrace && dpkg-buildpackage -b -us -uc >../build.log 2>&1 || { tail -n 30 ../build.log; exit 1; }
	$(Q)lintian --fail-on error,warning build/deb/*.changes
	@ls build/deb/pingtrace_*.deb

# The package in a clean root, which debootstrap makes once.
check-deb:
	$(Q)tests/need build deb
	$(Q)prove $(if $(V),-v) --timer tests/deb.t

C_FILES := $(wildcard src/*/*.[ch] src/*/*/*.[ch] bpf/*.[ch] include/pingtrace/*.h tests/*/*.[ch] tests/unit/*/*.[ch] vmlinux/*.h)
SHELL_FILES := docs/images/make docs/images/guest tests/bench/bench tests/bench/guest tests/bench/sinks tests/includes tests/need tests/release tests/tap.sh tests/*.t $(addprefix tests/lab/,lab fetch-kernel mkinitramfs init guest.sh \
	demo shell) tests/lab/*.t

lint:
	$(Q)tests/need build check lint
	$(Q)tests/includes
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

.PHONY: all install uninstall deb check-deb unit lab-programs fuzz fuzz-targets check check-fast check-releases soak bench bench-sinks \
	accuracy pictures demo lab lint format clean
.DELETE_ON_ERROR:
.SECONDARY:
