package org.jrunc.spec;

import java.util.List;
import java.util.OptionalLong;

/**
 * The controllers net_cls and net_prio (config-linux.md, Network).
 *
 * @param classID    class of the container's packets
 * @param priorities priorities per interface
 */
public record Network(OptionalLong classID, List<InterfacePriority> priorities) {

    public Network {
        priorities = List.copyOf(priorities);
    }
}
