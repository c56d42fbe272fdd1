package org.jrunc.spec;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a {@code config.json} may not say although its form is right: everything that is an error whatever the host is
 * like (config.md and config-linux.md, "MUST generate an error"). What depends on the host, such as whether a path
 * exists, is not looked at. A message names the field by its JSON pointer; words after a colon are runc's.
 */
public final class SpecValidator {
    /** Longest host name and NIS domain name (uname(2), __NEW_UTS_LEN). */
    private static final int MAX_UTS_NAME = 64;

    private SpecValidator() {
    }

    /**
     * All faults in the order of the sections, none if the configuration is valid.
     *
     * @throws SpecException if the system call filter, which is read here, is wrong in form
     */
    public static List<SpecException> check(Spec spec) {
        return check(spec, true);
    }

    private static List<SpecException> check(Spec spec, boolean seccomp) {
        Findings findings = new Findings();
        checkVersion(findings, spec.ociVersion());
        checkRoot(findings, spec.root());
        if (spec.process().isPresent()) {
            ProcessChecks.check(findings, "/process", spec.process().get());
        } else {
            findings.addPhrase("/process", "process property must not be empty");
        }
        boolean uts = spec.linux().isPresent() && spec.linux().get().namespace(NamespaceType.UTS).isPresent();
        checkUtsName(findings, "hostname", spec.hostname(), uts);
        checkUtsName(findings, "domainname", spec.domainname(), uts);
        MountChecks.check(findings, spec);
        for (HookKind kind : HookKind.values()) {
            checkHooks(findings, kind, spec.hooks(kind));
        }
        if (spec.annotations().containsKey("")) {
            findings.add("/annotations", "must not have an empty key");
        }
        if (spec.linux().isPresent()) {
            LinuxChecks.check(findings, spec.linux().get(), seccomp);
        }
        return findings.faults();
    }

    /**
     * Checks a configuration before a container is created from it: all but the system call filter, which is checked
     * when it is read, {@link SeccompSource#checked}.
     *
     * @throws SpecException the first fault
     */
    public static void validate(Spec spec) {
        throwFirst(check(spec, false));
    }

    /**
     * Checks the document of {@code exec --process}.
     *
     * @throws SpecException the first fault, with a pointer into that document
     */
    public static void validate(Process process) {
        Findings findings = new Findings();
        ProcessChecks.check(findings, "", process);
        throwFirst(findings.faults());
    }

    /**
     * Checks the document of {@code update --resources}.
     *
     * @throws SpecException the first fault, with a pointer into that document
     */
    public static void validate(Resources resources) {
        Findings findings = new Findings();
        ResourcesChecks.check(findings, "", resources);
        throwFirst(findings.faults());
    }

    static void throwFirst(List<SpecException> faults) {
        if (!faults.isEmpty()) {
            throw faults.get(0);
        }
    }

    private static void checkVersion(Findings findings, String version) {
        if (version.isEmpty()) {
            findings.add("/ociVersion", "must be specified");
        } else if (!SemVer.isValid(version)) {
            findings.add("/ociVersion", "must be a semantic version like 1.3.0, was " + Text.quote(version));
        } else if (!version.startsWith("1.")) {
            findings.add("/ociVersion", "must be 1.x, was " + Text.quote(version)
                    + ": this runtime follows version 1.3.0 of the specification");
        }
    }

    private static void checkRoot(Findings findings, Optional<Root> root) {
        if (root.isEmpty()) {
            findings.addPhrase("/root", "root must be specified");
        } else if (root.get().path().isEmpty()) {
            findings.add("/root/path", "must not be empty");
        } else {
            findings.refuseNul("/root/path", root.get().path());
        }
    }

    private static void checkUtsName(Findings findings, String property, Optional<String> name, boolean uts) {
        if (name.isEmpty()) {
            return;
        }
        if (!uts) {
            findings.addPhrase("/" + property, "unable to set " + property + " without a private UTS namespace");
        }
        if (name.get().getBytes(StandardCharsets.UTF_8).length > MAX_UTS_NAME) {
            findings.add("/" + property, "must not be longer than 64 bytes, was " + Text.quote(name.get()));
        }
        findings.refuseNul("/" + property, name.get());
    }

    private static void checkHooks(Findings findings, HookKind kind, List<Hook> hooks) {
        for (int i = 0; i < hooks.size(); i++) {
            Hook hook = hooks.get(i);
            String pointer = "/hooks/" + kind.property() + "/" + i;
            if (!hook.path().startsWith("/")) {
                findings.add(pointer + "/path", "must be an absolute path, was " + Text.quote(hook.path()));
            }
            if (hook.timeout().isPresent() && hook.timeout().getAsLong() <= 0) {
                findings.add(pointer + "/timeout",
                        "must be greater than 0 seconds, was " + hook.timeout().getAsLong());
            }
            findings.refuseNul(pointer + "/path", hook.path());
            findings.refuseNul(pointer + "/args", hook.args());
            if (hook.env().isPresent()) {
                findings.refuseNul(pointer + "/env", hook.env().get());
            }
        }
    }
}
