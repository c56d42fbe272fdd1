package org.jrunc.cgroup;

import java.util.ArrayList;
import java.util.List;
import org.jrunc.spec.DeviceCgroup;

/**
 * Compiles device rules to the BPF program that cgroup v2 has in place of a device controller (cgroup-v2.rst, Device
 * controller). The kernel runs it for every open and mknod of a device with a {@code struct bpf_cgroup_dev_ctx}: access
 * and type, major, minor; 0 is EPERM.
 *
 * <p>The rules are looked at from the last to the first. Register 3 has the access nobody has decided about yet: a
 * rule to allow takes its part away, and when nothing is left the answer is yes; one to deny answers no if its part is
 * among it. So every access is decided about by the last rule for it, also when a process asks for several at once.
 *
 * <p>A device is compared by one exclusive or of all it has: a register of its own for each of type, major and minor
 * would tell the kernel's verifier their values on the way that matches, and it would look at all that follows once for
 * every rule. Like this it knows only what is left in register 3, and its work grows with the number of rules.
 */
final class DeviceProgram {

    /** {@code BPF_DEVCG_DEV_*} of linux/bpf.h. */
    private static final long BLOCK = 1;
    private static final long CHAR = 2;

    private static final long MAJOR = 0xffff_0000_0000L;
    private static final long MINOR = 0xffff_ffffL;
    /** The kernel's major numbers have twelve bits, {@code MINORBITS} in linux/kdev_t.h. */
    private static final long MAX_MAJOR = 0xffff;

    private static final int RESULT = 0;
    private static final int CONTEXT = 1;
    private static final int DEVICE = 2;
    private static final int LEFT = 3;
    private static final int SCRATCH = 4;
    private static final int MASK = 5;

    private final boolean allowed;
    private final List<DeviceRule> exceptions = new ArrayList<>();

    private DeviceProgram(List<DeviceRule> rules) {
        boolean everything = false;
        for (DeviceRule rule : rules) {
            if (rule.isForEverything()) {
                everything = rule.allow();
                exceptions.clear();
            } else if (rule.major() <= MAX_MAJOR) {
                exceptions.add(rule);
            }
        }
        this.allowed = everything;
    }

    /** The program for a container with these rules. */
    static DeviceProgram of(List<DeviceCgroup> configured) {
        return new DeviceProgram(DeviceRule.of(configured));
    }

    /** Whether everything is allowed, so that there need not be a program. */
    boolean allowsEverything() {
        return allowed && exceptions.isEmpty();
    }

    /** The rules that have a part in the program. */
    int rules() {
        return exceptions.size();
    }

    /** The instructions. */
    byte[] compile() {
        BpfCode code = new BpfCode();
        // device = type << 48 | major << 32 | minor
        code.loadWord(DEVICE, CONTEXT, 0).move(LEFT, DEVICE).shiftRight(LEFT, 16).and(DEVICE, 0xffff)
                .shiftLeft(DEVICE, 16).loadWord(SCRATCH, CONTEXT, 4).orRegister(DEVICE, SCRATCH).shiftLeft(DEVICE, 32)
                .loadWord(SCRATCH, CONTEXT, 8).orRegister(DEVICE, SCRATCH);
        for (int i = exceptions.size() - 1; i >= 0; i--) {
            rule(code, exceptions.get(i));
        }
        return answer(code, allowed).bytes();
    }

    private static void rule(BpfCode code, DeviceRule rule) {
        long device = (rule.type() == 'b' ? BLOCK : CHAR) << 48;
        long ignored = 0;
        if (rule.major() == DeviceRule.ANY) {
            ignored |= MAJOR;
        } else {
            device |= rule.major() << 32;
        }
        if (rule.minor() == DeviceRule.ANY) {
            ignored |= MINOR;
        } else {
            device |= rule.minor();
        }
        code.load(SCRATCH, device).xorRegister(SCRATCH, DEVICE);
        if (ignored != 0) {
            code.load(MASK, ~ignored).andRegister(SCRATCH, MASK);
        }
        BpfCode decision = decision(rule);
        code.skipUnlessZero(SCRATCH, decision.size()).append(decision);
    }

    private static BpfCode decision(DeviceRule rule) {
        BpfCode answer = answer(new BpfCode(), rule.allow());
        BpfCode code = new BpfCode();
        if (rule.allow()) {
            code.and(LEFT, ~rule.access()).skipUnlessZero(LEFT, answer.size());
        } else {
            code.move(SCRATCH, LEFT).and(SCRATCH, rule.access()).skipIfZero(SCRATCH, answer.size());
        }
        return code.append(answer);
    }

    private static BpfCode answer(BpfCode code, boolean yes) {
        return code.set(RESULT, yes ? 1 : 0).exit();
    }
}
