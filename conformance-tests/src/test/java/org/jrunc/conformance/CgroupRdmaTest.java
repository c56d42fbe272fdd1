package org.jrunc.conformance;

import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code linux.resources.rdma}, as far as it can be had without such a device. */
@ExtendWith(NothingLeftExtension.class)
class CgroupRdmaTest {

    @BeforeAll
    static void needs() {
        Needs.root();
        Needs.controller("rdma");
    }

    @Test
    void aDeviceThatIsNotThereIsNamed(Sandbox box) {
        Needs.jrunc(box, "the peers name no field");
        Cgroups.refused(box, "rdma", Map.of("mlx9_0", Map.of("hcaHandles", 3, "hcaObjects", 10000)))
                .failsWith("/linux/resources/rdma/mlx9_0: write mlx9_0 hca_handle=3 hca_object=10000 to ", "rdma.max",
                        "ENODEV");
    }
}
