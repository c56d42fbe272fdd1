/** Harness for tests with real containers. */
package org.jrunc.conformance;
