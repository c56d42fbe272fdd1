/**
 * What makes a process the container's: terminal and descriptors, environment, directory, credentials, limits,
 * scheduling, and the program it will execute. {@link org.jrunc.process.ProcessSetup} has the order.
 */
package org.jrunc.process;
