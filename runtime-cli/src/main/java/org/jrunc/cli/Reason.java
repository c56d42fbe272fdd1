package org.jrunc.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/**
 * Why a file operation of ours failed. Not in the words of strerror(3): engines search for {@code no such file or
 * directory}, {@code permission denied} and {@code does not exist} to tell what is wrong with the <i>container</i>.
 */
final class Reason {

    private Reason() {
    }

    static String of(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "directory is missing";
        }
        if (e instanceof AccessDeniedException) {
            return "access denied";
        }
        if (e instanceof FileSystemException file && file.getReason() != null) {
            return file.getReason();
        }
        return String.valueOf(e.getMessage());
    }
}
