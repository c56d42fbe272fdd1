/** The hooks of config.json: run one after the other by an agent, with the container's state on their stdin. */
package org.jrunc.hooks;
