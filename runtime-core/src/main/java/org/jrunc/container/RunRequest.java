package org.jrunc.container;

/**
 * The arguments of {@code run}.
 *
 * @param create      what to create
 * @param detach      return once the container's program runs, instead of waiting for it
 * @param keep        leave the stopped container behind instead of deleting it
 * @param noSubreaper do not become a child subreaper while waiting
 */
public record RunRequest(CreateRequest create, boolean detach, boolean keep, boolean noSubreaper) {
}
