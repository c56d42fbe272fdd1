package org.jrunc.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FeaturesJsonTest {

    @Test
    void writesEveryPropertyWithItsNameAndInTheOrderOfTheSpecification() {
        Features features = new Features("1.0.0", "1.3.0", List.of("prestart"), List.of("ro"),
                new Features.Linux(List.of("pid"), List.of("CAP_KILL"),
                        new Features.Cgroup(true, false, true, false, true),
                        new Features.Seccomp(true, List.of("A"), List.of("O"), List.of("R"), List.of("K"), List.of()),
                        true, false, new Features.IntelRdt(true, false, true),
                        new Features.MemoryPolicy(List.of("M"), List.of("F")), true, false),
                Map.of("b", "2", "a", "1"), List.of("bundle"));
        String json = FeaturesJson.features(features);
        assertEquals("""
                {"ociVersionMin":"1.0.0","ociVersionMax":"1.3.0","hooks":["prestart"],"mountOptions":["ro"],"linux":{\
                "namespaces":["pid"],"capabilities":["CAP_KILL"],"cgroup":{"v1":true,"v2":false,"systemd":true,\
                "systemdUser":false,"rdma":true},"seccomp":{"enabled":true,"actions":["A"],"operators":["O"],\
                "archs":["R"],"knownFlags":["K"],"supportedFlags":[]},"apparmor":{"enabled":true},\
                "selinux":{"enabled":false},"intelRdt":{"enabled":true,"schemata":false,"monitoring":true},\
                "memoryPolicy":{"modes":["M"],"flags":["F"]},"mountExtensions":{"idmap":{"enabled":true}},\
                "netDevices":{"enabled":false}},"annotations":{"a":"1","b":"2"},\
                "potentiallyUnsafeConfigAnnotations":["bundle"]}""", json.replaceAll("\\s", ""));
        assertEquals("    \"hooks\": [\n        \"prestart\"\n    ],", json.substring(json.indexOf("    \"hooks\""),
                json.indexOf("\n    \"mountOptions\"")));
    }
}
