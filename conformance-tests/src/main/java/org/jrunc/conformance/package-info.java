/**
 * Harness for tests with real containers: runtimes, bundles, sandboxes, and what a runtime leaves behind.
 *
 * <p>The tests run against the built image, and for comparison against any other runtime:
 * <pre>
 * mvn -pl conformance-tests -am test -Dtest='*Test' -Djrunc.runtime=/usr/sbin/runc
 * </pre>
 * {@code -Djrunc.shared-machine=true} keeps the tests from taking what others do on the machine for something left
 * behind; {@code -Djrunc.seed=N} repeats a run of the crash test.
 */
package org.jrunc.conformance;
