package org.jrunc.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code --no-pivot}: for root file systems on an initramfs, which pivot_root(2) can not leave. */
@ExtendWith(NothingLeftExtension.class)
class NoPivotTest {

    @BeforeAll
    static void needs() {
        Needs.root();
    }

    @Test
    void theBundlesRootIsTheRoot(Sandbox box) {
        Bundle bundle = box.bundle().sh("cat /etc/marker; echo $$; cd /..; cat etc/marker");
        bundle.file("/etc/marker", "inside\n");
        assertEquals("inside\n1\ninside\n", box.container(bundle).run("--no-pivot").ok().out());
    }

    @Test
    void noMountOfTheHostIsSeen(Sandbox box) {
        Bundle bundle = box.bundle().sh("cut -d' ' -f5 /proc/self/mountinfo");
        String mounts = box.container(bundle).run("--no-pivot").ok().out();
        assertFalse(mounts.contains(box.dir().toString()), mounts);
    }

    @Test
    void aFreshProcCanNotBeMountedInAUserNamespaceOfItsOwn(Sandbox box) {
        Bundle bundle = box.bundle().sh("unshare -U -r -m -p -f mount -t proc fresh /mnt");
        Result result = box.container(bundle).run("--no-pivot");
        assertNotEquals(0, result.exit(), result::toString);
    }

    @Test
    void privatePropagationIsRefused(Sandbox box) {
        Container container = box.container(box.bundle().set("/linux/rootfsPropagation", "private"));
        BadInputTest.assertRefused(container, container.create("--no-pivot"),
                "rootfsPropagation of [r]private is not safe without pivot_root");
    }
}
