package org.jrunc.spec;

import java.util.ArrayList;
import java.util.List;

/** The property {@code linux.seccomp} (config-linux.md, Seccomp). */
final class SeccompMapper {

    private SeccompMapper() {
    }

    static Seccomp seccomp(LocatedJson json) {
        List<SyscallRule> rules = new ArrayList<>();
        for (LocatedJson rule : json.elements("syscalls")) {
            rules.add(new SyscallRule(rule.require("names").strings(), rule.require("action").string(),
                    rule.optionalUint32("errnoRet"), args(rule)));
        }
        return new Seccomp(json.string("defaultAction"), json.optionalUint32("defaultErrnoRet"),
                json.strings("architectures"), json.optionalStrings("flags"), json.optionalString("listenerPath"),
                json.optionalString("listenerMetadata"), rules);
    }

    private static List<SeccompArg> args(LocatedJson rule) {
        List<SeccompArg> args = new ArrayList<>();
        for (LocatedJson arg : rule.elements("args")) {
            args.add(new SeccompArg((int) arg.require("index").integer(0, Integer.MAX_VALUE),
                    arg.require("value").uint64(), arg.uint64("valueTwo"), arg.require("op").string()));
        }
        return args;
    }
}
