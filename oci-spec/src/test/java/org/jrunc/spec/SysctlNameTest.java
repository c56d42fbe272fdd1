package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SysctlNameTest {

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.ip_forward,net.ipv4.ip_forward,net/ipv4/ip_forward,true",
        "net/ipv4/ip_forward,net.ipv4.ip_forward,net/ipv4/ip_forward,true",
        "net/ipv4/conf/eno2.100/x,net.ipv4.conf.eno2/100.x,net/ipv4/conf/eno2.100/x,true",
        "net.ipv4.conf.eno2/100.x,net.ipv4.conf.eno2/100.x,net/ipv4/conf/eno2.100/x,true",
        "/etc/passwd,.etc.passwd,/etc/passwd,false",
        "net/../x,net.//.x,net/../x,false",
        "net.//.x,net.//.x,net/../x,false",
        "net.,net.,net/,false",
        "x,x,x,true",
    })
    void bothSpellingsMeanTheSameFile(String name, String dotted, String path, boolean safe) {
        assertEquals(dotted, SysctlName.dotted(name));
        assertEquals(path, SysctlName.path(name));
        assertEquals(safe, SysctlName.isSafe(name));
    }
}
