package org.jrunc.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jrunc.kernel.Errno;

/**
 * Why a file operation of the runtime's own failed. Not in the words of strerror(3), which the JDK uses: engines search
 * for {@code no such file or directory}, {@code permission denied} and the like to tell what is wrong with the
 * <i>container's program</i>. Other words, and the errno by its name.
 */
public final class Reason {

    private Reason() {
    }

    /** The reason in a few words, without the path. */
    public static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return text(Errno.ENOENT);
        }
        if (e instanceof AccessDeniedException) {
            return text(Errno.EACCES);
        }
        if (e instanceof FileAlreadyExistsException) {
            return text(Errno.EEXIST);
        }
        String words = String.valueOf(e instanceof FileSystemException file && file.getReason() != null
                ? file.getReason() : e.getMessage());
        if (e instanceof FileNotFoundException && words.endsWith(")")) {
            // "/the/path (Permission denied)"
            words = words.substring(words.lastIndexOf('(') + 1, words.length() - 1);
        }
        // What the JDK says for ELOOP goes on behind the errno's text.
        int more = words.indexOf(" or unable to access ");
        int errno = Errno.ofText(more < 0 ? words : words.substring(0, more));
        return errno == 0 ? words : text(errno);
    }

    private static String text(int errno) {
        String words = switch (errno) {
            case Errno.ENOENT -> "it or its directory is missing";
            case Errno.EACCES, Errno.EPERM -> "access denied";
            case Errno.ENOSPC -> "the disk is full";
            default -> Errno.text(errno);
        };
        return words + " (" + Errno.name(errno) + ")";
    }
}
