/**
 * Linux system calls, typed, over one FFM downcall shape. Nothing here knows containers; nothing here knows how an
 * agent works: {@link org.jrunc.kernel.Kernel} is the vocabulary, {@link org.jrunc.kernel.LibcKernel} the binding to
 * this process.
 */
package org.jrunc.kernel;
