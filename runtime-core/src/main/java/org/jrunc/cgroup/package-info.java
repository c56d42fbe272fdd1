/**
 * The container's cgroup: where it lies, making it, joining it, killing what is in it, removing it. Here are the file
 * system managers for v1 (with the unified hierarchy of a hybrid host beside it) and v2, and the one that lets systemd
 * make the cgroup.
 *
 * <p>All access is through {@code java.io}: a mkdir, read, write or rmdir of cgroupfs costs 12 to 25 µs that way in a
 * young JVM, two to four system calls over FFM 30 to 60 µs, and {@code java.nio.file} loads a file system provider
 * first. Only after a failure is the call made again by {@link org.jrunc.kernel.LibcKernel}, to know its errno.
 */
package org.jrunc.cgroup;
