/**
 * The OCI runtime specification 1.3.0 as plain data: one record per JSON object of {@code config.json}, a reader that
 * says where it found a fault, a validator, and writers for what a runtime prints.
 *
 * <p>Rules that hold for every record here:
 * <ul>
 * <li>A component is named exactly as its JSON property (except {@code class} and {@code final}, words of Java).
 * <li>Nothing is ever {@code null}. An absent list or map is empty; only where the specification tells absent from
 *     empty is it an {@code Optional<List<…>>}. An absent number or object is an {@code Optional…}. An absent
 *     string is {@code Optional.empty()}, and so is {@code ""}, as for runc, whose Go structs cannot tell them apart.
 * <li>Lists are in file order, so {@code mounts().get(7)} is what {@code /mounts/7} points to. Maps iterate in file
 *     order. Both are immutable.
 * <li>A uint64 is a {@code long} that holds the unsigned bits ({@link java.lang.Long#toUnsignedString(long)}); such
 *     components say <i>unsigned</i>. A uint32 is a {@code long} of 0 to 4294967295, a uint16 an {@code int}.
 * </ul>
 */
package org.jrunc.spec;
