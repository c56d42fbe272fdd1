# The front door. The build itself is Maven's: see pom.xml and runtime-cli/src/image.

PREFIX ?= /usr/local
DESTDIR ?=
MVN ?= mvn
IMAGE := runtime-cli/target/jrunc
# The same for the manager of the system and those of users.
UNIT_DIRECTORIES := lib/systemd/system lib/systemd/user
UNITS := jrunc.socket jrunc.service
COMPLETION := share/bash-completion/completions/jrunc
MVN_FLAGS := --batch-mode --no-transfer-progress
SOURCES := $(shell find pom.xml oci-spec runtime-core runtime-cli -name target -prune -o -type f \
	\( -path '*/src/main/*' -o -path '*/src/image/*' -o -name pom.xml \) -print)

.PHONY: help demo image test engines bench install uninstall clean

help:
	@echo 'make demo       build what is missing and show a real container at work (as root)'
	@echo 'make test       all tests; as root it installs the Debian packages they need'
	@echo 'make engines    containerd, podman, docker and Testcontainers with jrunc (as root; installs them; 10 to 20 minutes)'
	@echo 'make image      the runtime image: $(IMAGE)/bin/jrunc'
	@echo 'make bench      measure jrunc beside runc and crun (as root; 10 minutes)'
	@echo 'make install    to $$PREFIX/lib/jrunc and $$PREFIX/bin/jrunc (PREFIX=$(PREFIX)); also: uninstall'
	@echo 'make clean      remove everything that was built'

# Made anew when a source is newer. The completion is the last part to be made.
$(IMAGE)/$(COMPLETION): $(SOURCES)
	$(MVN) $(MVN_FLAGS) --quiet -DskipTests -pl runtime-cli -am package

image: $(IMAGE)/$(COMPLETION)

demo: image
	scripts/demo.sh

test:
	scripts/install-test-tools.sh
	$(MVN) $(MVN_FLAGS) verify

engines:
	scripts/install-test-tools.sh engines
	$(MVN) $(MVN_FLAGS) verify -Pengines

bench:
	$(MVN) $(MVN_FLAGS) --quiet -DskipTests package
	conformance-tests/bench-all.sh

install: image
	install -d '$(DESTDIR)$(PREFIX)/lib' '$(DESTDIR)$(PREFIX)/bin'
	rm -rf '$(DESTDIR)$(PREFIX)/lib/jrunc'
	cp -R --preserve=mode,timestamps '$(IMAGE)' '$(DESTDIR)$(PREFIX)/lib/jrunc'
	ln -sfn ../lib/jrunc/bin/jrunc '$(DESTDIR)$(PREFIX)/bin/jrunc'
	install -D -m 644 '$(IMAGE)/$(COMPLETION)' '$(DESTDIR)$(PREFIX)/$(COMPLETION)'
	for dir in $(UNIT_DIRECTORIES:%='$(DESTDIR)$(PREFIX)/%'); do \
		install -d "$$dir" && for unit in $(UNITS); do \
			sed 's|@PREFIX@|$(PREFIX)|' "scripts/systemd/$$unit" | install -m 644 /dev/stdin "$$dir/$$unit" || exit; \
		done || exit; \
	done

uninstall:
	rm -f $(foreach dir,$(UNIT_DIRECTORIES),$(UNITS:%='$(DESTDIR)$(PREFIX)/$(dir)/%'))
	rm -f '$(DESTDIR)$(PREFIX)/bin/jrunc' '$(DESTDIR)$(PREFIX)/$(COMPLETION)'
	rm -rf '$(DESTDIR)$(PREFIX)/lib/jrunc'

clean:
	$(MVN) $(MVN_FLAGS) --quiet clean
