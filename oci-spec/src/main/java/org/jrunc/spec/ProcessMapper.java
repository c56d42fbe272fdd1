package org.jrunc.spec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The property {@code process} (config.md, Process). */
final class ProcessMapper {

    private ProcessMapper() {
    }

    static Process process(LocatedJson json) {
        LocatedJson consoleSize = json.find("consoleSize");
        LocatedJson capabilities = json.find("capabilities");
        LocatedJson scheduler = json.find("scheduler");
        LocatedJson ioPriority = json.find("ioPriority");
        LocatedJson affinity = json.find("execCPUAffinity");
        return new Process(json.bool("terminal"),
                consoleSize == null ? Optional.empty() : Optional.of(box(consoleSize)),
                user(json.find("user")),
                json.strings("args"),
                json.strings("env"),
                json.string("cwd"),
                capabilities == null ? Optional.empty() : Optional.of(capabilities(capabilities)),
                rlimits(json),
                json.bool("noNewPrivileges"),
                json.optionalString("apparmorProfile"),
                json.optionalInt32("oomScoreAdj"),
                scheduler == null ? Optional.empty() : Optional.of(scheduler(scheduler)),
                json.optionalString("selinuxLabel"),
                ioPriority == null ? Optional.empty() : Optional.of(ioPriority(ioPriority)),
                affinity == null ? Optional.empty() : Optional.of(affinity(affinity)));
    }

    private static Box box(LocatedJson json) {
        return new Box(json.require("height").uint64(), json.require("width").uint64());
    }

    private static User user(LocatedJson json) {
        if (json == null) {
            return new User(0, 0, OptionalLong.empty(), List.of());
        }
        List<Long> additionalGids = new ArrayList<>();
        for (LocatedJson gid : json.elements("additionalGids")) {
            additionalGids.add(gid.integer(0, 0xffff_ffffL));
        }
        return new User(json.uint32("uid"), json.uint32("gid"), json.optionalUint32("umask"), additionalGids);
    }

    private static Capabilities capabilities(LocatedJson json) {
        return new Capabilities(json.strings("bounding"), json.strings("effective"), json.strings("inheritable"),
                json.strings("permitted"), json.strings("ambient"));
    }

    private static List<Rlimit> rlimits(LocatedJson json) {
        List<Rlimit> rlimits = new ArrayList<>();
        for (LocatedJson rlimit : json.elements("rlimits")) {
            rlimits.add(new Rlimit(rlimit.require("type").string(), rlimit.require("hard").uint64(),
                    rlimit.require("soft").uint64()));
        }
        return rlimits;
    }

    private static Scheduler scheduler(LocatedJson json) {
        return new Scheduler(json.string("policy"), json.int32("nice"), json.int32("priority"), json.strings("flags"),
                json.uint64("runtime"), json.uint64("deadline"), json.uint64("period"));
    }

    private static IoPriority ioPriority(LocatedJson json) {
        return new IoPriority(json.string("class"), json.int32("priority"));
    }

    private static CpuAffinity affinity(LocatedJson json) {
        return new CpuAffinity(json.optionalString("initial"), json.optionalString("final"));
    }
}
