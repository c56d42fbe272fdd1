/**
 * The container's root file system: safe path resolution, mounts, devices, masks, the change of root. Everything is
 * done by the container's init, one method call being one system call there (docs/architecture.md).
 */
package org.jrunc.rootfs;
