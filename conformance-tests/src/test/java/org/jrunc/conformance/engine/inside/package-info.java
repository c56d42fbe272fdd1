/**
 * Tests that run on the machine that {@code EngineMachine} makes for an engine, in a JVM of their own. Maven does not
 * find them by their names: anywhere else they would use the engines of the host.
 */
package org.jrunc.conformance.engine.inside;
