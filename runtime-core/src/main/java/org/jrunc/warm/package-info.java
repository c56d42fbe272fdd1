/**
 * Warm mode: one JVM that serves many commands. A client is the launcher of the runtime image; it becomes the hands of
 * this JVM, so that everything that descends from a command still descends from it.
 */
package org.jrunc.warm;
