package org.jrunc.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares structs and numbers with what a C program compiled from this machine's headers says. */
class StructLayoutTest {

    @TempDir
    Path dir;

    private byte[] c(String headers, String body) throws Exception {
        return CProbe.run(dir, "#define _GNU_SOURCE\n#include <stdio.h>\n#include <string.h>\n#include <stddef.h>\n"
                + headers + "\nint main(void) {\n" + body + "\nreturn 0; }\n");
    }

    private String offsets(String headers, String... expressions) throws Exception {
        StringBuilder body = new StringBuilder();
        for (String expression : expressions) {
            body.append("printf(\"%ld \", (long) (").append(expression).append("));\n");
        }
        return new String(c(headers, body.toString())).strip();
    }

    @Test
    void statxIsReadField() throws Exception {
        byte[] bytes = c("#include <linux/stat.h>", """
                struct statx s; memset(&s, 0xee, sizeof s);
                s.stx_mode = 0x21a4; s.stx_uid = 1001; s.stx_gid = 1002; s.stx_ino = 1003; s.stx_size = 1004;
                s.stx_rdev_major = 1; s.stx_rdev_minor = 3; s.stx_dev_major = 8; s.stx_dev_minor = 1;
                s.stx_mnt_id = 1005; s.stx_nlink = 7; s.stx_ctime.tv_sec = 2; s.stx_ctime.tv_nsec = 3;
                fwrite(&s, sizeof s, 1, stdout);""");
        assertEquals(Stat.SIZE, bytes.length);
        assertEquals(new Stat(0x21a4, 1001, 1002, 1003, 1004, Stat.makedev(1, 3), Stat.makedev(8, 1), 1005, 7,
                2_000_000_003), Stat.of(Block.in(bytes)));
    }

    @Test
    void statfsIsReadField() throws Exception {
        byte[] bytes = c("#include <sys/vfs.h>", """
                struct statfs s; memset(&s, 0xee, sizeof s); s.f_type = 0x9fa0; s.f_flags = 4711;
                fwrite(&s, sizeof s, 1, stdout);""");
        assertEquals(StatFs.SIZE, bytes.length);
        assertEquals(new StatFs(StatFs.PROC_SUPER_MAGIC, 4711), StatFs.of(Block.in(bytes)));
    }

    @Test
    void directoryEntriesAreReadOneAfterTheOther() throws Exception {
        byte[] bytes = c("#include <dirent.h>", """
                char b[64]; memset(b, 0, sizeof b);
                struct dirent64 *d = (struct dirent64 *) b;
                d->d_reclen = 32; d->d_type = DT_DIR; strcpy(d->d_name, "first");
                d = (struct dirent64 *) (b + 32);
                d->d_reclen = 24; d->d_type = DT_LNK; strcpy(d->d_name, "2");
                fwrite(b, 56, 1, stdout);""");
        assertEquals(List.of(new Dirent("first", Dirent.DT_DIR), new Dirent("2", Dirent.DT_LNK)),
                Dirent.parse(Block.in(bytes), bytes.length));
    }

    /** A request to move an interface, as iproute2 would send it. */
    @Test
    void routeMessagesAreWrittenAsTheHeadersLayThemOut() throws Exception {
        byte[] bytes = c("#include <linux/rtnetlink.h>", """
                struct { struct nlmsghdr h; struct ifinfomsg i; char name[8]; struct rtattr a; int fd; } m;
                memset(&m, 0, sizeof m);
                m.h.nlmsg_len = sizeof m; m.h.nlmsg_type = RTM_NEWLINK; m.h.nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
                m.h.nlmsg_seq = 7; m.i.ifi_index = 42;
                struct rtattr *n = (struct rtattr *) m.name;
                n->rta_type = IFLA_IFNAME; n->rta_len = RTA_LENGTH(3); strcpy(RTA_DATA(n), "e0");
                m.a.rta_type = IFLA_NET_NS_FD; m.a.rta_len = RTA_LENGTH(4); m.fd = 9;
                fwrite(&m, sizeof m, 1, stdout);""");
        ByteBuffer message = ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder());
        new NetlinkHeader(bytes.length, Rtnetlink.RTM_NEWLINK, Rtnetlink.NLM_F_REQUEST | Rtnetlink.NLM_F_ACK, 7)
                .write(message);
        new InterfaceInfo(42).write(message);
        RouteAttribute.text(Rtnetlink.IFLA_IFNAME, "e0").write(message);
        RouteAttribute.u32(Rtnetlink.IFLA_NET_NS_FD, 9).write(message);
        assertArrayEquals(bytes, message.array());
    }

    @Test
    void routeMessagesAreReadAsTheHeadersLayThemOut() throws Exception {
        byte[] bytes = c("#include <linux/rtnetlink.h>", """
                struct { struct nlmsghdr h; struct ifaddrmsg i; char label[12]; struct rtattr a; int flags; } m;
                memset(&m, 0, sizeof m);
                m.h.nlmsg_len = sizeof m; m.h.nlmsg_type = RTM_NEWADDR; m.h.nlmsg_flags = NLM_F_DUMP_INTR;
                m.h.nlmsg_seq = 7; m.h.nlmsg_pid = 8;
                m.i.ifa_family = 2; m.i.ifa_prefixlen = 24; m.i.ifa_flags = 0x80; m.i.ifa_scope = 253;
                m.i.ifa_index = 42;
                struct rtattr *n = (struct rtattr *) m.label;
                n->rta_type = IFA_LABEL; n->rta_len = RTA_LENGTH(5); strcpy(RTA_DATA(n), "eth0");
                m.a.rta_type = IFA_FLAGS; m.a.rta_len = RTA_LENGTH(4); m.flags = 0x280;
                fwrite(&m, sizeof m, 1, stdout);""");
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertEquals(new NetlinkHeader(bytes.length, Rtnetlink.RTM_NEWADDR, Rtnetlink.NLM_F_DUMP_INTR, 7),
                NetlinkHeader.read(message));
        assertEquals(new InterfaceAddress(2, 24, 0x80, 253, 42), InterfaceAddress.read(message));
        List<RouteAttribute> attributes = RouteAttribute.readAll(message, bytes.length);
        assertEquals(2, attributes.size());
        assertArrayEquals(Block.zeroTerminated("eth0"), attributes.get(0).payload());
        assertEquals(0x280, attributes.get(1).u32());
    }

    @Test
    void deviceNumbersAreMadeAsTheHeadersDo() throws Exception {
        String numbers = offsets("#include <sys/sysmacros.h>", "makedev(1, 3)", "makedev(0xabc, 0x12345)",
                "makedev(0x12345, 0xff)");
        assertEquals(Stat.makedev(1, 3) + " " + Stat.makedev(0xabc, 0x12345) + " " + Stat.makedev(0x12345, 0xff),
                numbers);
    }

    /** The offsets that are written out in Kernel, MountCalls, ProcessCalls, MessageHeader, Agent and ForkExec. */
    @Test
    void structsThatTheKernelReadsAreLaidOutAsTheHeadersDo() throws Exception {
        assertEquals("24 0 8 16", offsets("#include <linux/openat2.h>", "sizeof(struct open_how)",
                "offsetof(struct open_how, flags)", "offsetof(struct open_how, mode)",
                "offsetof(struct open_how, resolve)"));
        assertEquals("32 0 8 16 24", offsets("#include <linux/mount.h>", "sizeof(struct mount_attr)",
                "offsetof(struct mount_attr, attr_set)", "offsetof(struct mount_attr, attr_clr)",
                "offsetof(struct mount_attr, propagation)", "offsetof(struct mount_attr, userns_fd)"));
        assertEquals("88 0 32 80", offsets("#include <linux/sched.h>", "sizeof(struct clone_args)",
                "offsetof(struct clone_args, flags)", "offsetof(struct clone_args, exit_signal)",
                "offsetof(struct clone_args, cgroup)"));
        assertEquals("56 16 24 32 40 16 8", offsets("#include <sys/socket.h>\n#include <sys/uio.h>",
                "sizeof(struct msghdr)", "offsetof(struct msghdr, msg_iov)", "offsetof(struct msghdr, msg_iovlen)",
                "offsetof(struct msghdr, msg_control)", "offsetof(struct msghdr, msg_controllen)",
                "sizeof(struct iovec)", "offsetof(struct iovec, iov_len)"));
        assertEquals("20 24 8 12 16", offsets("#include <sys/socket.h>", "CMSG_LEN(sizeof(int))",
                "CMSG_SPACE(sizeof(int))", "offsetof(struct cmsghdr, cmsg_level)",
                "offsetof(struct cmsghdr, cmsg_type)", "sizeof(struct cmsghdr)"));
        assertEquals("2 108 8 4 6", offsets("#include <sys/un.h>\n#include <poll.h>",
                "offsetof(struct sockaddr_un, sun_path)", "sizeof(((struct sockaddr_un *) 0)->sun_path)",
                "sizeof(struct pollfd)", "offsetof(struct pollfd, events)", "offsetof(struct pollfd, revents)"));
        assertEquals("8 12 36 17", offsets("#include <linux/capability.h>\n#include <asm/termbits.h>",
                "sizeof(struct __user_cap_header_struct)", "sizeof(struct __user_cap_data_struct)",
                "sizeof(struct termios)", "offsetof(struct termios, c_cc)"));
        assertTrue(Integer.parseInt(offsets("#include <spawn.h>", "sizeof(posix_spawn_file_actions_t)")) <= 512);
    }

    @Test
    void systemCallNumbersAreThoseOfTheHeaders() throws Exception {
        StringBuilder body = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (Syscall call : Syscall.values()) {
            body.append("printf(\"%d\\n\", __NR_").append(call.call()).append(");\n");
            expected.append(call.number(Abi.current())).append('\n');
        }
        assertEquals(expected.toString(), new String(c("#include <asm/unistd.h>", body.toString())));
    }

    @Test
    void errorNumbersHaveTheirNames() throws Exception {
        byte[] names = c("#include <errno.h>", """
                for (int i = 1; i < 134; i++) printf("%s\\n", strerrorname_np(i) ? strerrorname_np(i) : "");""");
        StringBuilder expected = new StringBuilder();
        for (int errno = 1; errno < 134; errno++) {
            expected.append(Errno.name(errno).startsWith("errno ") ? "" : Errno.name(errno)).append('\n');
        }
        String actual = new String(names).replace("ENOTSUP\n", "EOPNOTSUPP\n").replace("EDEADLOCK", "EDEADLK");
        assertArrayEquals(expected.toString().split("\n"), actual.split("\n"));
    }
}
