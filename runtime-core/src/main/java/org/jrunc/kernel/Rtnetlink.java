package org.jrunc.kernel;

/** Constants of rtnetlink(7) and netlink(7), {@code linux/rtnetlink.h}, {@code linux/if_link.h}, {@code if_addr.h}. */
public final class Rtnetlink {

    public static final int AF_NETLINK = 16;
    public static final int NETLINK_ROUTE = 0;

    public static final int NLM_F_REQUEST = 0x01;
    public static final int NLM_F_ACK = 0x04;
    public static final int NLM_F_DUMP_INTR = 0x10;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;
    public static final int NLM_F_DUMP = 0x300;

    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;
    public static final int RTM_NEWLINK = 16;
    public static final int RTM_NEWADDR = 20;
    public static final int RTM_GETADDR = 22;

    public static final int IFLA_IFNAME = 3;
    public static final int IFLA_NET_NS_FD = 28;

    public static final int IFA_ADDRESS = 1;
    public static final int IFA_LOCAL = 2;
    public static final int IFA_BROADCAST = 4;
    public static final int IFA_FLAGS = 8;

    public static final int IFA_F_NODAD = 0x02;
    public static final int IFA_F_PERMANENT = 0x80;
    public static final int IFA_F_NOPREFIXROUTE = 0x200;
    public static final int RT_SCOPE_UNIVERSE = 0;

    private Rtnetlink() {
    }
}
