/**
 * What the programs of the OCI runtime-tools validation suite are about, checked by tests of our own: one class for
 * each program, named after it. Each check is made with the runtime under test, with runc and with crun, see {@link
 * org.jrunc.conformance.subject.EachRuntime}; a check says what the specification says, and nothing about messages.
 *
 * <p>{@code conformance-tests/subjects} runs them and puts the table of who passes into {@code docs/conformance.md}.
 */
package org.jrunc.conformance.subject;
