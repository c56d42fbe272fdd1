package org.jrunc.report;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
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
        int errno = errno(e);
        return errno == 0 ? words(e) : text(errno);
    }

    /** Whether it says that there is no such file. Every other reason leaves open whether there is one. */
    public static boolean isMissing(IOException e) {
        int errno = errno(e);
        return errno == Errno.ENOENT || errno == Errno.ENOTDIR;
    }

    /** What the classes tell they tell in every language, the words only in English; 0 for neither. */
    private static int errno(IOException e) {
        if (e instanceof NoSuchFileException) {
            return Errno.ENOENT;
        }
        if (e instanceof AccessDeniedException) {
            return Errno.EACCES;
        }
        if (e instanceof FileAlreadyExistsException) {
            return Errno.EEXIST;
        }
        if (e instanceof NotDirectoryException) {
            return Errno.ENOTDIR;
        }
        String words = words(e);
        // What the JDK says for ELOOP goes on behind the errno's text.
        int more = words.indexOf(" or unable to access ");
        return Errno.ofText(more < 0 ? words : words.substring(0, more));
    }

    private static String words(IOException e) {
        String words = String.valueOf(e instanceof FileSystemException file && file.getReason() != null
                ? file.getReason() : e.getMessage());
        if (e instanceof FileNotFoundException && words.endsWith(")")) {
            // "/the/path (Permission denied)"
            words = words.substring(words.lastIndexOf('(') + 1, words.length() - 1);
        }
        return words;
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
