/**
 * CRIU, the host's program that saves processes and makes them again: its RPC ({@code criu swrk}, criu.org/RPC), as far
 * as containers need it. What is to be saved of a container is in {@link org.jrunc.container}.
 */
package org.jrunc.criu;
