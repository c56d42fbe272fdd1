package org.jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.Errno;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.NativeLibrary;
import org.jrunc.process.TestSpec;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Seccomp;
import org.jrunc.spec.SeccompArg;
import org.jrunc.spec.SyscallRule;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the compiled programs answer. Numbers are those of x86_64. */
class FilterCompilerTest {

    private static final int ENOSYS = Actions.ERRNO | Errno.ENOSYS;
    private static final int EPERM = Actions.ERRNO | Errno.EPERM;
    private static final int GETPID = 39;
    private static final int SOCKET = 41;
    private static final int EXIT_GROUP = 231;

    private final LibcKernel libc = new LibcKernel();
    private final List<String> debug = new ArrayList<>();

    @BeforeAll
    static void needs() {
        assumeTrue(Abi.current() == Abi.X86_64, "has numbers of x86_64");
        assumeTrue(NativeLibrary.open(LibSeccomp.SONAME).isPresent(), "needs libseccomp");
    }

    static Seccomp profile(String defaultAction, SyscallRule... rules) {
        return profile(defaultAction, List.of(), rules);
    }

    private static Seccomp profile(String defaultAction, List<String> architectures, SyscallRule... rules) {
        return new Seccomp(defaultAction, OptionalLong.empty(), architectures, Optional.empty(), Optional.empty(),
                Optional.empty(), List.of(rules));
    }

    static SyscallRule rule(String action, String... names) {
        return new SyscallRule(List.of(names), action, OptionalLong.empty(), List.of());
    }

    private byte[] compile(Seccomp profile) {
        return new FilterCompiler(libc, LibSeccomp.load(), TestSpec.collecting(RuntimeLog.Level.DEBUG, debug), profile,
                false)
                .compile();
    }

    private static int run(byte[] program, int number, long... arguments) {
        return Bpf.run(program, Bpf.X86_64, number, arguments);
    }

    @ParameterizedTest
    @CsvSource({"SCMP_ACT_KILL, 0", "SCMP_ACT_KILL_THREAD, 0", "SCMP_ACT_KILL_PROCESS, 80000000",
            "SCMP_ACT_TRAP, 30000", "SCMP_ACT_ERRNO, 50001", "SCMP_ACT_TRACE, 7ff00001", "SCMP_ACT_LOG, 7ffc0000",
            "SCMP_ACT_NOTIFY, 7fc00000"})
    void answersWithEachAction(String action, String expected) {
        byte[] program = compile(profile("SCMP_ACT_ALLOW", rule(action, "getpid")));
        assertEquals(expected, Integer.toHexString(run(program, GETPID)));
        assertEquals(Actions.ALLOW, run(program, SOCKET));
        assertEquals(Actions.ALLOW, run(program, 5000), "without a stub an unknown call is as any other");
    }

    @Test
    void takesErrnosFromTheProfile() {
        SyscallRule rule = new SyscallRule(List.of("getpid"), "SCMP_ACT_ERRNO", OptionalLong.of(97), List.of());
        Seccomp profile = new Seccomp("SCMP_ACT_ERRNO", OptionalLong.of(13), List.of(), Optional.empty(),
                Optional.empty(), Optional.empty(), List.of(rule, rule("SCMP_ACT_ALLOW", "exit_group")));
        byte[] program = compile(profile);
        assertEquals(Actions.ERRNO | 97, run(program, GETPID));
        assertEquals(Actions.ERRNO | 13, run(program, SOCKET));
    }

    @ParameterizedTest
    @CsvSource({"NE, 5, 0, 4, 5", "LT, 5, 0, 4, 5", "LE, 5, 0, 5, 6", "EQ, 5, 0, 5, 4294967301", "GE, 5, 0, 5, 4",
            "GT, 5, 0, 4294967296, 5", "MASKED_EQ, 15, 5, 4294967285, 6", "EQ, 1311768467463790320, 0, "
            + "1311768467463790320, 2596069104"})
    void comparesAllSixtyFourBits(String operator, long value, long valueTwo, long matching, long other) {
        SeccompArg condition = new SeccompArg(2, value, valueTwo, "SCMP_CMP_" + operator);
        byte[] program = compile(profile("SCMP_ACT_ALLOW", new SyscallRule(List.of("socket"), "SCMP_ACT_ERRNO",
                OptionalLong.empty(), List.of(condition))));
        assertEquals(EPERM, run(program, SOCKET, 0, 0, matching));
        assertEquals(Actions.ALLOW, run(program, SOCKET, 0, 0, other));
    }

    @Test
    void conditionsOnDifferentArgumentsMustAllHoldAndOnTheSameOneAny() {
        SeccompArg first = new SeccompArg(0, 1, 0, "SCMP_CMP_EQ");
        byte[] both = compile(profile("SCMP_ACT_ALLOW", new SyscallRule(List.of("socket"), "SCMP_ACT_ERRNO",
                OptionalLong.empty(), List.of(first, new SeccompArg(1, 2, 0, "SCMP_CMP_EQ")))));
        assertEquals(EPERM, run(both, SOCKET, 1, 2));
        assertEquals(Actions.ALLOW, run(both, SOCKET, 1, 3));
        byte[] any = compile(profile("SCMP_ACT_ALLOW", new SyscallRule(List.of("socket"), "SCMP_ACT_ERRNO",
                OptionalLong.empty(), List.of(first, new SeccompArg(0, 7, 0, "SCMP_CMP_EQ")))));
        assertEquals(EPERM, run(any, SOCKET, 1));
        assertEquals(EPERM, run(any, SOCKET, 7));
        assertEquals(Actions.ALLOW, run(any, SOCKET, 2));
    }

    @Test
    void callsNewerThanTheProfileDoNotExist() {
        byte[] program = compile(profile("SCMP_ACT_ERRNO", rule("SCMP_ACT_ALLOW", "read", "exit_group")));
        assertEquals(Actions.ALLOW, run(program, EXIT_GROUP));
        assertEquals(EPERM, run(program, GETPID));
        assertEquals(ENOSYS, run(program, EXIT_GROUP + 1));
        assertEquals(ENOSYS, run(program, 435));
        assertEquals(Actions.KILL_THREAD, run(program, EnosysStub.X32_BIT | 435), "x32 is not in the profile");
        assertEquals(Actions.KILL_THREAD, Bpf.run(program, Bpf.I386, 1), "nor is i386");
    }

    @Test
    void theStubKnowsEachArchitecture() {
        byte[] program = compile(profile("SCMP_ACT_ERRNO", List.of("SCMP_ARCH_X86_64", "SCMP_ARCH_X86",
                "SCMP_ARCH_X32"), rule("SCMP_ACT_ALLOW", "read", "exit_group")));
        assertEquals(ENOSYS, Bpf.run(program, Bpf.I386, 253));
        assertEquals(Actions.ALLOW, Bpf.run(program, Bpf.I386, 252));
        assertEquals(EPERM, Bpf.run(program, Bpf.I386, 250));
        assertEquals(ENOSYS, run(program, EnosysStub.X32_BIT | EXIT_GROUP + 1));
        assertEquals(Actions.ALLOW, run(program, EnosysStub.X32_BIT | EXIT_GROUP));
        assertEquals(ENOSYS, run(program, EXIT_GROUP + 1));
        assertEquals(EPERM, run(program, GETPID));
    }

    @Test
    void skipsUnknownNamesAndRulesThatSayTheDefault() {
        byte[] program = compile(profile("SCMP_ACT_ALLOW", rule("SCMP_ACT_ERRNO", "no_such_call", "getpid"),
                rule("SCMP_ACT_ALLOW", "socket"), rule("SCMP_ACT_ERRNO", "getpid")));
        assertEquals(EPERM, run(program, GETPID));
        assertEquals(Actions.ALLOW, run(program, SOCKET));
        assertTrue(debug.getFirst().contains("/linux/seccomp/syscalls/0") && debug.getFirst().contains("no_such_call"),
                debug.toString());
    }

    @Test
    void saysWhichArchitectureCanNotBe() {
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> compile(profile("SCMP_ACT_ALLOW",
                List.of("SCMP_ARCH_X86", "SCMP_ARCH_S390X"), rule("SCMP_ACT_ERRNO", "getpid"))));
        assertTrue(e.getMessage().contains(": /linux/seccomp/architectures/1: "), e.getMessage());
    }

    @Test
    void saysThatAFilterIsTooLong() {
        SyscallRule[] rules = IntStream.range(0, 2500).mapToObj(i -> new SyscallRule(List.of("socket"),
                "SCMP_ACT_ERRNO", OptionalLong.empty(), List.of(new SeccompArg(0, (long) i << 32 | i, 0,
                "SCMP_CMP_EQ")))).toArray(SyscallRule[]::new);
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> compile(profile("SCMP_ACT_ALLOW", rules)));
        assertTrue(e.getMessage().contains("Linux takes 4096"), e.getMessage());
    }
}
