/**
 * The hands: single-threaded processes that make system calls for this JVM. An agent is a static ELF of under 1 KB with
 * a system call interpreter; the programs it runs are chains of records in shared memory. Nothing outside of this
 * package knows records.
 */
package org.jrunc.agent;
