package org.jrunc.kernel;

/**
 * Three of a process's capability sets, as capset(2) takes them.
 *
 * @param effective   bit mask
 * @param permitted   bit mask
 * @param inheritable bit mask
 */
public record CapabilityMasks(long effective, long permitted, long inheritable) {

    /** {@code _LINUX_CAPABILITY_VERSION_3}. */
    private static final int VERSION_3 = 0x20080522;

    /** {@code struct __user_cap_header_struct}: version 3, the calling process. */
    public static Block header() {
        return Block.in(8).u32(0, VERSION_3);
    }

    /** {@code struct __user_cap_data_struct[2]}. */
    public Block data() {
        return Block.in(24).u32(0, (int) effective).u32(4, (int) permitted).u32(8, (int) inheritable)
                .u32(12, (int) (effective >>> 32)).u32(16, (int) (permitted >>> 32))
                .u32(20, (int) (inheritable >>> 32));
    }
}
