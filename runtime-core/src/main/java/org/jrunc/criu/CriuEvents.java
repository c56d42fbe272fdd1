package org.jrunc.criu;

/** Is told what happens while criu works, {@code message criu_notify}. */
public interface CriuEvents {

    /**
     * Something happened; criu goes on when this returns, and takes everything back when it throws.
     *
     * @param event  such as {@code setup-namespaces} or {@code post-restore}
     * @param pid    the first process, 0 when criu does not say
     * @param master descriptor of a terminal's master with {@code orphan-pts-master}, to be closed by who is told;
     *               otherwise -1
     */
    void happened(String event, int pid, int master);
}
