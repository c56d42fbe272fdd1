package org.jrunc.container;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jrunc.report.RuntimeFailure;
import org.jrunc.spec.Capabilities;
import org.jrunc.spec.Process;
import org.jrunc.spec.User;

/**
 * What the flags of {@code exec} make of the process of the container's configuration.
 *
 * @param args           program and arguments
 * @param cwd            working directory; empty to leave it
 * @param env            variables to add, {@code KEY=value}
 * @param terminal       whether it gets a terminal
 * @param user           {@code UID[:GID]}; empty to leave both
 * @param additionalGids groups to add
 * @param selinuxLabel   SELinux label; empty to leave it
 * @param apparmor       AppArmor profile; empty to leave it
 * @param noNewPrivs     whether execve may not grant privileges
 * @param capabilities   capabilities to add
 */
public record ProcessFlags(List<String> args, String cwd, List<String> env, boolean terminal, String user,
        List<Long> additionalGids, String selinuxLabel, String apparmor, Optional<Boolean> noNewPrivs,
        List<String> capabilities) {

    private static final long MAX_ID = 0xfffffffeL;

    private static final Capabilities NO_CAPABILITIES = new Capabilities(List.of(), List.of(), List.of(), List.of(),
            List.of());

    public ProcessFlags {
        args = List.copyOf(args);
        env = List.copyOf(env);
        additionalGids = List.copyOf(additionalGids);
        capabilities = List.copyOf(capabilities);
    }

    /** The process that results. Its configured limits, scheduling and the like stay. */
    Process applyTo(Process configured) {
        return new Process(terminal, configured.consoleSize(), user(configured.user()), args,
                joined(configured.env(), env), cwd.isEmpty() ? configured.cwd() : cwd, capabilities(configured),
                configured.rlimits(), noNewPrivs.orElse(configured.noNewPrivileges()),
                apparmor.isEmpty() ? configured.apparmorProfile() : Optional.of(apparmor), configured.oomScoreAdj(),
                configured.scheduler(), selinuxLabel.isEmpty() ? configured.selinuxLabel() : Optional.of(selinuxLabel),
                configured.ioPriority(), configured.execCPUAffinity());
    }

    private User user(User configured) {
        List<Long> gids = joined(configured.additionalGids(), additionalGids);
        if (user.isEmpty()) {
            return new User(configured.uid(), configured.gid(), configured.umask(), gids);
        }
        int colon = user.indexOf(':');
        long gid = colon < 0 ? configured.gid() : id("gid", user.substring(colon + 1));
        return new User(id("uid", colon < 0 ? user : user.substring(0, colon)), gid, configured.umask(), gids);
    }

    private static long id(String kind, String digits) {
        long id = digits.isEmpty() || digits.length() > 10 ? -1 : 0;
        for (int i = 0; i < digits.length() && id >= 0; i++) {
            int digit = digits.charAt(i) - '0';
            id = digit < 0 || digit > 9 ? -1 : id * 10 + digit;
        }
        if (id < 0 || id > MAX_ID) {
            throw new RuntimeFailure("bad " + kind + ": \"" + digits + "\" is not a number from 0 to " + MAX_ID
                    + " (--user is uid[:gid]; names are not looked up)");
        }
        return id;
    }

    /** Never inheritable (CVE-2022-29162), and ambient only where something is inheritable. */
    private Optional<Capabilities> capabilities(Process configured) {
        if (capabilities.isEmpty()) {
            return configured.capabilities();
        }
        // None configured are none that the process has: what is asked for is added to nothing.
        Capabilities sets = configured.capabilities().orElse(NO_CAPABILITIES);
        return Optional.of(new Capabilities(joined(sets.bounding(), capabilities),
                joined(sets.effective(), capabilities), sets.inheritable(), joined(sets.permitted(), capabilities),
                sets.inheritable().isEmpty() ? sets.ambient() : joined(sets.ambient(), capabilities)));
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
