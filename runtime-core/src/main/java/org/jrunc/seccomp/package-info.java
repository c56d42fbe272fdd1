/**
 * System call filters, seccomp(2): a profile is compiled by the host's libseccomp, gets a prologue that answers ENOSYS
 * to calls newer than the profile, is cached, and is loaded by the container's own process.
 */
package org.jrunc.seccomp;
