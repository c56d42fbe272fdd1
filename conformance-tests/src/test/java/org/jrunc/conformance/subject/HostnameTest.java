package org.jrunc.conformance.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jrunc.conformance.Bundle;
import org.jrunc.conformance.Sandbox;
import org.jrunc.conformance.Shell;

/** {@code hostname} and {@code domainname} (config.md). */
class HostnameTest {

    @EachRuntime
    void theHostNameIsTheConfiguredOneAndTheHostsStays(Sandbox box) {
        String host = Shell.sh("hostname");
        Bundle bundle = box.bundle().set("/hostname", "inside.example").args("hostname");
        assertEquals("inside.example\n", box.run(bundle).ok().out());
        assertEquals(host, Shell.sh("hostname"));
    }

    @EachRuntime
    void withoutOneItIsTheHosts(Sandbox box) {
        Bundle bundle = box.bundle().remove("/hostname").args("hostname");
        assertEquals(Shell.sh("hostname") + "\n", box.run(bundle).ok().out());
    }

    @EachRuntime
    void aHostNameWithoutANamespaceIsAnErrorAndTheHostsStays(Sandbox box) {
        String host = Shell.sh("hostname");
        box.run(box.bundle().withoutNamespace("uts").set("/hostname", "inside.example")).refused();
        assertEquals(host, Shell.sh("hostname"));
    }

    @EachRuntime
    void theDomainNameIsTheConfiguredOne(Sandbox box) {
        String host = Shell.sh("cat /proc/sys/kernel/domainname");
        Bundle bundle = box.bundle().set("/domainname", "domain.example").sh("cat /proc/sys/kernel/domainname");
        assertEquals("domain.example\n", box.run(bundle).ok().out());
        assertEquals(host, Shell.sh("cat /proc/sys/kernel/domainname"));
    }
}
