/**
 * The namespaces of a container: which are made, which are joined, in what order, and the id maps and clock offsets
 * that come with them (namespaces(7)).
 */
package org.jrunc.namespace;
