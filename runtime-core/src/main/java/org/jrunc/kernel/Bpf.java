package org.jrunc.kernel;

/** What is needed of bpf(2), {@code linux/bpf.h}, for a program that is attached to a cgroup. */
public final class Bpf {

    public static final int BPF_PROG_TYPE_CGROUP_DEVICE = 15;
    public static final int BPF_CGROUP_DEVICE = 6;
    /** Programs of the cgroups above and further ones of the same cgroup run, too. */
    public static final int BPF_F_ALLOW_MULTI = 2;
    /** Linux 5.6: puts a program in the place of another one, so that there is no moment with none or with both. */
    public static final int BPF_F_REPLACE = 4;

    private static final int BPF_PROG_LOAD = 5;
    private static final int BPF_PROG_ATTACH = 8;
    private static final int BPF_PROG_DETACH = 9;
    private static final int BPF_PROG_GET_FD_BY_ID = 13;
    private static final int BPF_PROG_QUERY = 16;

    /** {@code sizeof(struct bpf_insn)}. */
    private static final int INSTRUCTION = 8;
    /** {@code BPF_CGROUP_MAX_PROGS}. */
    private static final int MAX_PROGRAMS = 64;

    private Bpf() {
    }

    /**
     * The programs of one type that are attached to a cgroup itself.
     *
     * @param flags how they are attached, {@code BPF_F_*}; nothing without programs
     * @param ids   their ids
     */
    public record Attached(int flags, int[] ids) {
    }

    /**
     * Checks a program, {@code struct bpf_insn[]}, and makes it known to the kernel.
     *
     * @param name at most 15 characters, for bpftool(8)
     * @return a descriptor; the program is gone with the last descriptor and the last cgroup
     * @throws KernelException EPERM without CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN; E2BIG for too many
     *                         instructions or too much work to check them
     */
    public static int load(Kernel kernel, int type, byte[] program, String name) {
        Block attr = Block.in(72).u32(0, type).u32(4, program.length / INSTRUCTION).point(8, Block.in(program))
                .point(16, Arg.text("Apache-2.0"));
        System.arraycopy(Block.zeroTerminated(name), 0, attr.bytes(), 48, name.length());
        return bpf(kernel, BPF_PROG_LOAD, attr);
    }

    /** Attaches a program to the cgroup that a descriptor is open on. {@code replaced}: with BPF_F_REPLACE, which. */
    public static void attach(Kernel kernel, int cgroup, int program, int type, int flags, int replaced) {
        bpf(kernel, BPF_PROG_ATTACH, Block.in(20).u32(0, cgroup).u32(4, program).u32(8, type).u32(12, flags)
                .u32(16, replaced));
    }

    /** Detaches a program. */
    public static void detach(Kernel kernel, int cgroup, int program, int type) {
        bpf(kernel, BPF_PROG_DETACH, Block.in(16).u32(0, cgroup).u32(4, program).u32(8, type));
    }

    /** What is attached to the cgroup that a descriptor is open on. */
    public static Attached query(Kernel kernel, int cgroup, int type) {
        Block ids = Block.out(4 * MAX_PROGRAMS);
        Block attr = Block.out(32).u32(0, cgroup).u32(4, type).point(16, ids).u32(24, MAX_PROGRAMS);
        bpf(kernel, BPF_PROG_QUERY, attr);
        int[] found = new int[attr.u32(24)];
        for (int i = 0; i < found.length; i++) {
            found[i] = ids.u32(4 * i);
        }
        return new Attached(attr.u32(12), found);
    }

    /** A descriptor of a program. ENOENT: it is not there any more. */
    public static int open(Kernel kernel, int id) {
        return bpf(kernel, BPF_PROG_GET_FD_BY_ID, Block.in(12).u32(0, id));
    }

    private static int bpf(Kernel kernel, int command, Block attr) {
        return (int) kernel.call(Syscall.BPF, Arg.of(command), attr, Arg.of(attr.bytes().length));
    }
}
