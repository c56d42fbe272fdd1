package org.jrunc.seccomp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jrunc.kernel.Abi;
import org.jrunc.kernel.LibcKernel;
import org.jrunc.kernel.NativeLibrary;
import org.jrunc.kernel.SeccompCall;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.report.RuntimeLog;
import org.jrunc.spec.Spec;
import org.jrunc.spec.SpecReader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a configuration to its filter, with and without the cache. Numbers are those of x86_64. */
class SeccompFilterTest {

    private static final int MKDIR = 83;
    private static final int RMDIR = 84;
    private static final String REFUSES_MKDIR = "{'defaultAction': 'SCMP_ACT_ALLOW', 'flags': [], 'syscalls':"
            + " [{'names': ['mkdir'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 7}]}";

    @TempDir
    Path cache;

    private final LibcKernel libc = new LibcKernel();

    @BeforeAll
    static void needs() {
        assumeTrue(Abi.current() == Abi.X86_64, "has numbers of x86_64");
        assumeTrue(NativeLibrary.open(LibSeccomp.SONAME).isPresent(), "needs libseccomp");
    }

    private static Spec spec(String seccomp, String annotations) {
        String json = "{'linux': {'seccomp': " + seccomp + "}, 'annotations': {" + annotations + "}}";
        return SpecReader.read(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), "config.json");
    }

    private Optional<SeccompFilter> filter(Spec spec) {
        return SeccompFilter.of(libc, spec, cache.toString(), RuntimeLog.NONE);
    }

    private SeccompFilter filter(String seccomp) {
        return filter(spec(seccomp, "")).orElseThrow();
    }

    private long kept() throws IOException {
        Path directory = cache.resolve(FilterCache.DIRECTORY);
        if (!Files.exists(directory)) {
            return 0;
        }
        try (var files = Files.list(directory)) {
            return files.count();
        }
    }

    @Test
    void isCompiledOnceAndThenKept() throws IOException {
        SeccompFilter cold = filter(REFUSES_MKDIR);
        assertEquals(Actions.ERRNO | 7, Bpf.run(cold.program(), Bpf.X86_64, MKDIR));
        assertEquals(Actions.ALLOW, Bpf.run(cold.program(), Bpf.X86_64, RMDIR));
        assertEquals(1, kept());
        SeccompFilter warm = filter(REFUSES_MKDIR);
        assertArrayEquals(cold.program(), warm.program());
        assertEquals(cold.flags(), warm.flags());
    }

    @Test
    void theKeptOneIsTakenForTheSameTextOnly() {
        byte[] key = FilterKey.of(libc, spec(REFUSES_MKDIR, "").linux().orElseThrow().seccomp().orElseThrow().text());
        byte[] marked = {6, 0, 0, 0, 1, 2, 3, 4};
        new FilterCache(libc, cache.toString(), RuntimeLog.NONE).keep(key, marked,
                SeccompCall.SECCOMP_FILTER_FLAG_NEW_LISTENER);
        SeccompFilter found = filter(REFUSES_MKDIR);
        assertArrayEquals(marked, found.program());
        assertTrue(found.notifies());
        for (String other : new String[] {REFUSES_MKDIR.replace("mkdir", "rmdir"), REFUSES_MKDIR.replace("7", "8"),
            REFUSES_MKDIR.replace(": [{", ":  [{"), REFUSES_MKDIR.replace("'flags': []", "'x': [0]  ")}) {
            SeccompFilter compiled = filter(other);
            assertFalse(compiled.notifies());
            assertNotEquals(marked.length, compiled.program().length);
        }
    }

    @Test
    void theFlagsAreKept() {
        String logged = REFUSES_MKDIR.replace("[]", "['SECCOMP_FILTER_FLAG_LOG']");
        assertEquals(0, filter(REFUSES_MKDIR).flags());
        SeccompFilter cold = filter(logged);
        assertEquals(SeccompCall.SECCOMP_FILTER_FLAG_LOG, cold.flags());
        cold.program();
        assertEquals(SeccompCall.SECCOMP_FILTER_FLAG_LOG, filter(logged).flags());
    }

    @Test
    void nothingIsKeptForAnEmptyProfileAWrongOneOrOneWhoseNamesMustBeKnown() throws IOException {
        assertEquals(Optional.empty(), filter(spec("{'defaultAction': ''}", "")));
        String wrong = assertThrows(RuntimeFailure.class, () -> filter(REFUSES_MKDIR.replace("ALLOW", "X")))
                .getMessage();
        assertEquals("/linux/seccomp/defaultAction: string \"SCMP_ACT_X\" is not a valid action for seccomp", wrong);
        String form = assertThrows(RuntimeFailure.class, () -> filter(REFUSES_MKDIR.replace("[]", "0"))).getMessage();
        assertTrue(form.startsWith("config.json:1:") && form.contains("/linux/seccomp/flags must be an array"), form);
        Spec strict = spec(REFUSES_MKDIR.replace("mkdir", "time_travel"),
                "'run.oci.seccomp_fail_unknown_syscall': '1'");
        SeccompFilter compiling = filter(strict).orElseThrow();
        assertTrue(assertThrows(RuntimeFailure.class, compiling::program).getMessage().contains("time_travel"));
        filter(spec(REFUSES_MKDIR, "'run.oci.seccomp_fail_unknown_syscall': '1'")).orElseThrow().program();
        assertEquals(0, kept());
    }

    @Test
    void aFailureOfTheCompilerComesWithTheProgram() {
        SeccompFilter compiling = filter(REFUSES_MKDIR.replace("'flags'",
                "'architectures': ['SCMP_ARCH_S390X'], 'flags'"));
        assertTrue(assertThrows(RuntimeFailure.class, compiling::program).getMessage()
                .contains("/linux/seccomp/architectures/0"));
    }
}
