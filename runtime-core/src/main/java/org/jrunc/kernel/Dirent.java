package org.jrunc.kernel;

import java.util.ArrayList;
import java.util.List;

/**
 * A directory entry as getdents64(2) gives it, without {@code .} and {@code ..}.
 *
 * @param name its name
 * @param type {@code DT_*}: 4 directory, 8 file, 10 symbolic link, 0 unknown
 */
public record Dirent(String name, int type) {

    /** {@code DT_DIR}. */
    public static final int DT_DIR = 4;
    /** {@code DT_REG}. */
    public static final int DT_REG = 8;
    /** {@code DT_LNK}. */
    public static final int DT_LNK = 10;

    /** The whole content of a directory. */
    public static List<Dirent> all(Kernel kernel, int fd) {
        List<Dirent> all = new ArrayList<>();
        for (List<Dirent> some = kernel.getdents(fd); !some.isEmpty(); some = kernel.getdents(fd)) {
            for (Dirent entry : some) {
                if (!entry.name.equals(".") && !entry.name.equals("..")) {
                    all.add(entry);
                }
            }
        }
        return all;
    }

    static List<Dirent> parse(Block buffer, int length) {
        List<Dirent> entries = new ArrayList<>();
        for (int at = 0; at < length; at += buffer.u16(at + 16)) {
            int end = at + 19;
            while (buffer.bytes()[end] != 0) {
                end++;
            }
            String name = new String(buffer.bytes(), at + 19, end - at - 19, java.nio.charset.StandardCharsets.UTF_8);
            entries.add(new Dirent(name, buffer.bytes()[at + 18]));
        }
        return entries;
    }
}
