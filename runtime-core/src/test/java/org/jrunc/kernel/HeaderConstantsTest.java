package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares constants with those of the C headers of this machine, where it has a C compiler. */
class HeaderConstantsTest {

    private static final List<Class<?>> CLASSES = List.of(Clone.class, NsFs.class, Prctl.class, OpenFlags.class,
            Sched.class, IoPrio.class, Mempolicy.class, Keyctl.class, Tty.class, Netdevice.class, Rtnetlink.class,
            Resource.class, Signals.class, Sockets.class);
    /** Not in the headers of user space, or under another name there. */
    private static final List<String> PRIVATE = List.of("IFR_FLAGS", "IFR_IFINDEX", "RLIM_INFINITY", "KEY_OTH_SEARCH",
            "KEY_USR_SEARCH", "SCHED_ISO", "SCHED_OTHER", "MPOL_WEIGHTED_INTERLEAVE", "MPOL_PREFERRED_MANY",
            "TERMIOS", "OFLAG");
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <stdio.h>
            #include <stddef.h>
            #include <fcntl.h>
            #include <linux/sched.h>
            #include <linux/sched/types.h>
            #include <linux/nsfs.h>
            #include <sys/prctl.h>
            #include <linux/openat2.h>
            #include <linux/capability.h>
            #include <linux/ioprio.h>
            #include <linux/mempolicy.h>
            #include <linux/keyctl.h>
            #include <sys/ioctl.h>
            #include <asm/termbits.h>
            #include <linux/sockios.h>
            #include <sys/socket.h>
            #include <linux/if.h>
            #include <linux/rtnetlink.h>
            #include <sys/resource.h>
            #include <signal.h>
            int main(void) {
            """;

    @Test
    void areThoseOfTheHeaders(@TempDir Path dir) throws Exception {
        StringBuilder program = new StringBuilder(HEADERS);
        StringBuilder expected = new StringBuilder();
        for (Class<?> type : CLASSES) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isPublic(field.getModifiers()) && !PRIVATE.contains(field.getName())) {
                    print(program, field.getName());
                    expected.append(field.getName()).append(' ').append(field.getInt(null) & 0xffffffffL).append('\n');
                }
            }
        }
        for (int number = 0; number <= Capability.CAP_LAST_CAP; number++) {
            print(program, Capability.name(number));
            expected.append(Capability.name(number)).append(' ').append(number).append('\n');
        }
        for (String limit : List.of("CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NPROC", "NOFILE", "MEMLOCK", "AS",
                "LOCKS", "SIGPENDING", "MSGQUEUE", "NICE", "RTPRIO", "RTTIME")) {
            print(program, "RLIMIT_" + limit);
            expected.append("RLIMIT_").append(limit).append(' ').append(Resource.number("RLIMIT_" + limit))
                    .append('\n');
        }
        assertEquals(expected.toString(), run(dir, program));
    }

    @Test
    void structsAreLaidOutAsTheHeadersDo(@TempDir Path dir) throws Exception {
        StringBuilder program = new StringBuilder(HEADERS);
        print(program, "offsetof(struct ifreq, ifr_flags)");
        print(program, "offsetof(struct ifreq, ifr_ifindex)");
        print(program, "sizeof(struct ifreq)");
        print(program, "offsetof(struct sched_attr, sched_flags)");
        print(program, "offsetof(struct sched_attr, sched_nice)");
        print(program, "offsetof(struct sched_attr, sched_priority)");
        print(program, "offsetof(struct sched_attr, sched_runtime)");
        print(program, "offsetof(struct sched_attr, sched_period)");
        print(program, "offsetof(struct winsize, ws_col)");
        print(program, "sizeof(struct termios)");
        print(program, "offsetof(struct termios, c_oflag)");
        List<Long> values = run(dir, program).lines()
                .map(line -> Long.valueOf(line.substring(line.lastIndexOf(' ') + 1)))
                .toList();
        assertEquals(List.of((long) Netdevice.IFR_FLAGS, (long) Netdevice.IFR_IFINDEX,
                (long) Netdevice.ifreq("lo").bytes().length, 8L, 16L, 20L, 24L, 40L, 2L,
                (long) Tty.TERMIOS, (long) Tty.OFLAG), values);
    }

    private static void print(StringBuilder program, String expression) {
        program.append("printf(\"%s %lu\\n\", \"").append(expression).append("\", (unsigned long)(unsigned int)(")
                .append(expression).append("));\n");
    }

    private static String run(Path dir, StringBuilder program) throws IOException, InterruptedException {
        return new String(CProbe.run(dir, program.append("return 0; }\n").toString()), StandardCharsets.UTF_8);
    }
}
