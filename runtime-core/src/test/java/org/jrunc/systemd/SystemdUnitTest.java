package org.jrunc.systemd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemdUnitTest {

    private static SystemdUnit of(String cgroupsPath) {
        return SystemdUnit.of(Optional.of(cgroupsPath), "id", false);
    }

    @ParameterizedTest
    @CsvSource({
        "system.slice:docker:1234,docker-1234.scope,/system.slice/docker-1234.scope",
        "machine.slice:libpod:ab,libpod-ab.scope,/machine.slice/libpod-ab.scope",
        "a-b-c.slice:p:n,p-n.scope,/a.slice/a-b.slice/a-b-c.slice/p-n.scope",
        ":p:n,p-n.scope,/system.slice/p-n.scope",
        "-.slice:p:n,p-n.scope,/p-n.scope",
        "-:p:n,p-n.scope,/p-n.scope",
        "'',runc-id.scope,/system.slice/runc-id.scope",
        "system.slice::n,-n.scope,/system.slice/-n.scope",
        "a.slice:p:a-b.slice,a-b.slice,/a.slice/a-b.slice"})
    void isWhereTheBundleAsksForIt(String cgroupsPath, String name, String path) {
        SystemdUnit unit = of(cgroupsPath);
        assertEquals(name, unit.name());
        assertEquals(path, unit.path());
    }

    @Test
    void isInTheUsersSliceForAUser() {
        SystemdUnit unit = SystemdUnit.of(Optional.empty(), "c1", true);
        assertEquals("user.slice", unit.slice());
        assertEquals("/user.slice/runc-c1.scope", unit.path());
    }

    @ParameterizedTest
    @CsvSource({"/a/b", "a:b", "a.slice:b:c:d", "'a'"})
    void refusesAPathOfAnotherForm(String cgroupsPath) {
        String message = assertThrows(RuntimeFailure.class, () -> of(cgroupsPath)).getMessage();
        assertTrue(message.startsWith("expected cgroupsPath to be of format \"slice:prefix:name\" for systemd cgroups,"
                + " got \"" + cgroupsPath + "\" instead"), message);
    }

    @ParameterizedTest
    @CsvSource({"a.scope:p:n,a.scope", ".slice:p:n,.slice", "a--b.slice:p:n,a--b.slice", "-a.slice:p:n,-a.slice",
        "a-.slice:p:n,a-.slice", "a/b.slice:p:n,a/b.slice", "foo:p:n,foo", "a.slice:p:b--c.slice,b--c.slice"})
    void refusesSlicesThatAreNone(String cgroupsPath, String slice) {
        String message = assertThrows(RuntimeFailure.class, () -> of(cgroupsPath)).getMessage();
        assertTrue(message.startsWith("invalid slice name: " + slice), message);
    }

    @ParameterizedTest
    @CsvSource({"a.slice:p:a/../../b", "a.slice:p:a b", "a.slice:p:é", "a.slice:p:-.slice"})
    void refusesNamesThatSystemdWouldNotTake(String cgroupsPath) {
        String message = assertThrows(RuntimeFailure.class, () -> of(cgroupsPath)).getMessage();
        assertTrue(message.startsWith("invalid unit name: "), message);
    }

    @Test
    void refusesAVeryLongName() {
        assertThrows(RuntimeFailure.class, () -> of("a.slice:p:" + "n".repeat(250)));
    }

    @Test
    void isKnownFromWhatWasSaved() {
        assertEquals("system docker-1.scope", of("a.slice:docker:1").saved());
        SystemdUnit saved = SystemdUnit.ofSaved("user docker-1.scope");
        assertEquals("docker-1.scope", saved.name());
        assertTrue(saved.user());
        assertEquals("user docker-1.scope", saved.saved());
    }
}
