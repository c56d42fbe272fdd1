/**
 * Benchmarks: jrunc warm and cold beside runc and crun. {@code conformance-tests/bench-all.sh} makes a machine of its own
 * for them and starts {@link org.jrunc.conformance.bench.Bench} there.
 *
 * <p>{@link org.jrunc.conformance.bench.Spawn} starts commands without a helper process in between and takes their time;
 * a section ({@link org.jrunc.conformance.bench.Latency} and others) says which commands, in turns; everything measured
 * goes to {@link org.jrunc.conformance.bench.Results}, from which {@link org.jrunc.conformance.bench.Report} makes the
 * tables and {@link org.jrunc.conformance.bench.Aims} tells which figures were reached.
 */
package org.jrunc.conformance.bench;
