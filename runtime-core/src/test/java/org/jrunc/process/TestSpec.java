package org.jrunc.process;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.IdMapping;
import org.jrunc.spec.IoPriority;
import org.jrunc.spec.Linux;
import org.jrunc.spec.MemoryPolicy;
import org.jrunc.spec.Namespace;
import org.jrunc.spec.NamespaceType;
import org.jrunc.spec.Personality;
import org.jrunc.spec.Process;
import org.jrunc.spec.Rlimit;
import org.jrunc.spec.Scheduler;
import org.jrunc.spec.Spec;
import org.jrunc.spec.TimeOffset;
import org.jrunc.spec.User;

/** Configurations for tests: fields with defaults, and what the tests of two packages share. */
public final class TestSpec {

    public final List<Namespace> namespaces = new ArrayList<>();
    public final Map<String, TimeOffset> timeOffsets = new LinkedHashMap<>();
    public final Map<String, String> annotations = new LinkedHashMap<>();
    public List<IdMapping> uidMappings = List.of();
    public List<IdMapping> gidMappings = List.of();
    public Optional<String> hostname = Optional.empty();
    public Optional<String> domainname = Optional.empty();
    public User user = new User(0, 0, OptionalLong.empty(), List.of());
    public List<String> args = List.of("/bin/program");
    public List<String> env = List.of("PATH=/bin");
    public String cwd = "/";
    public Optional<Capabilities> capabilities = Optional.empty();
    public List<Rlimit> rlimits = List.of();
    public boolean noNewPrivileges;
    public boolean terminal;
    public OptionalInt oomScoreAdj = OptionalInt.empty();
    public Optional<Scheduler> scheduler = Optional.empty();
    public Optional<IoPriority> ioPriority = Optional.empty();
    public Optional<MemoryPolicy> memoryPolicy = Optional.empty();
    public Optional<Personality> personality = Optional.empty();
    public Optional<String> apparmorProfile = Optional.empty();

    public TestSpec withNew(NamespaceType... types) {
        for (NamespaceType type : types) {
            namespaces.add(new Namespace(type, Optional.empty()));
        }
        return this;
    }

    public TestSpec withJoined(NamespaceType type, Object path) {
        namespaces.add(new Namespace(type, Optional.of(path.toString())));
        return this;
    }

    /** A user namespace with this one mapping for both kinds of ids. */
    public TestSpec withUser(long containerId, long hostId, long size) {
        withNew(NamespaceType.USER);
        uidMappings = List.of(new IdMapping(containerId, hostId, size));
        gidMappings = uidMappings;
        return this;
    }

    public Spec build() {
        Process process = new Process(terminal, Optional.empty(), user, args, env, cwd, capabilities, rlimits,
                noNewPrivileges, apparmorProfile, oomScoreAdj, scheduler, Optional.empty(), ioPriority,
                Optional.empty());
        Linux linux = new Linux(uidMappings, gidMappings, Map.of(), Optional.empty(), Optional.empty(), namespaces,
                List.of(), Map.of(), Optional.empty(), Optional.empty(), List.of(), List.of(), Optional.empty(),
                Optional.empty(), memoryPolicy, personality, timeOffsets);
        return new Spec("1.3.0", Optional.empty(), hostname, domainname, Optional.of(process), List.of(),
                Optional.empty(), annotations, Optional.of(linux));
    }

    /** Skips the test, saying why, unless it runs as root on the host. */
    public static void requireRoot() {
        assumeTrue(new LibcKernel().geteuid() == 0, "needs root: agents enter namespaces and change their user");
    }

    /** A log that keeps the messages of a level. */
    public static RuntimeLog collecting(RuntimeLog.Level wanted, List<String> messages) {
        return (level, message) -> {
            if (level == wanted) {
                messages.add(message);
            }
        };
    }
}
