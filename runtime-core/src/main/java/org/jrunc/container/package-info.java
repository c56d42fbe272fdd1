/** The life of a container: one class per operation, the state store, the journal. */
package org.jrunc.container;
