package org.jrunc.conformance;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What a runtime asks criu for, {@code message criu_req} of criu's {@code rpc.proto}: a line for each option that is
 * set, such as {@code tcp_established 1}. The numbers of descriptors and processes are left out.
 *
 * @param type  {@code enum criu_req_type}
 * @param lines the options
 */
record CriuRequest(int type, TreeSet<String> lines) {

    /** The criu that writes requests down instead, see {@code criurecorder.c}, is told by this variable where to. */
    static final String FILE = "CRIU_REQUEST";

    private static final int MODE = 34;
    private static final Map<Integer, String> NAMES = Map.ofEntries(Map.entry(1, "images_dir_fd"), Map.entry(2, "pid"),
            Map.entry(3, "leave_running"), Map.entry(4, "ext_unix_sk"), Map.entry(5, "tcp_established"),
            Map.entry(6, "evasive_devices"), Map.entry(7, "shell_job"), Map.entry(8, "file_locks"),
            Map.entry(9, "log_level"), Map.entry(10, "log_file"), Map.entry(11, "ps"), Map.entry(12, "notify_scripts"),
            Map.entry(13, "root"), Map.entry(14, "parent_img"), Map.entry(15, "track_mem"),
            Map.entry(16, "auto_dedup"), Map.entry(17, "work_dir_fd"), Map.entry(18, "link_remap"),
            Map.entry(23, "ext_mnt"), Map.entry(24, "manage_cgroups"), Map.entry(25, "cg_root"),
            Map.entry(26, "rst_sibling"), Map.entry(27, "inherit_fd"), Map.entry(MODE, "manage_cgroups_mode"),
            Map.entry(37, "external"), Map.entry(38, "empty_ns"), Map.entry(44, "freeze_cgroup"),
            Map.entry(46, "tcp_skip_in_flight"), Map.entry(48, "lazy_pages"), Map.entry(49, "status_fd"),
            Map.entry(50, "orphan_pts_master"), Map.entry(51, "config_file"), Map.entry(53, "lsm_profile"),
            Map.entry(63, "lsm_mount_context"));

    /** Reads a request. */
    static CriuRequest of(byte[] bytes) {
        int type = -1;
        TreeSet<String> lines = new TreeSet<>();
        for (Field field : fields(bytes)) {
            if (field.number == 1) {
                type = (int) field.value;
            } else if (field.number == 2) {
                fields(field.bytes).forEach(option -> option.addTo(lines));
            }
        }
        return new CriuRequest(type, lines);
    }

    /** Whether an option has a value: {@code has("ps", "127.0.0.1", "99")}. */
    boolean has(String... words) {
        return lines.contains(String.join(" ", words));
    }

    private static List<Field> fields(byte[] bytes) {
        List<Field> all = new ArrayList<>();
        int[] at = {0};
        while (at[0] < bytes.length) {
            long key = varint(bytes, at);
            long value = varint(bytes, at);
            byte[] content = null;
            if ((key & 7) == 2) {
                content = new byte[(int) value];
                System.arraycopy(bytes, at[0], content, 0, content.length);
                at[0] += content.length;
            } else if ((key & 7) != 0) {
                throw new AssertionError("neither a number nor a text: field " + (key >> 3));
            }
            all.add(new Field((int) (key >> 3), value, content));
        }
        return all;
    }

    private static long varint(byte[] bytes, int[] at) {
        long value = 0;
        for (int shift = 0;; shift += 7) {
            byte next = bytes[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private record Field(int number, long value, byte[] bytes) {

        void addTo(TreeSet<String> lines) {
            String name = NAMES.getOrDefault(number, "field " + number);
            switch (name) {
                case "images_dir_fd", "work_dir_fd", "pid" -> lines.add(name);
                case "ps", "ext_mnt", "cg_root", "inherit_fd" -> {
                    StringBuilder line = new StringBuilder(name);
                    fields(bytes).forEach(part -> line.append(' ').append(part.text()));
                    lines.add(line.toString());
                }
                default -> {
                    // False and nothing are the same; a mode of 0 is one.
                    if (bytes != null || value != 0 || number == MODE) {
                        lines.add(name + ' ' + text());
                    }
                }
            }
        }

        private String text() {
            return bytes == null ? Long.toString(value) : new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
