package org.jrunc.spec;

import java.util.Optional;

/**
 * The property {@code linux.seccomp} as it was written. It is read when somebody asks: who has a filter that was made
 * from the same text, of which everything was found right then, has no need to. That it is an object of well-formed
 * JSON is known before.
 */
public final class SeccompSource {

    private final LocatedJson json;
    private final byte[] text;
    private Optional<Seccomp> profile = Optional.empty();

    SeccompSource(LocatedJson json) {
        this.json = json;
        this.text = json.deferredText();
    }

    /** The object's text in UTF-8, from brace to brace; the array itself, not a copy. */
    public byte[] text() {
        return text;
    }

    /**
     * The profile.
     *
     * @throws SpecException if it is wrong in form
     */
    public Seccomp read() {
        if (profile.isEmpty()) {
            profile = Optional.of(SeccompMapper.seccomp(json));
        }
        return profile.get();
    }

    /**
     * The profile, checked as {@link SpecValidator#check} does it.
     *
     * @throws SpecException the first fault
     */
    public Seccomp checked() {
        Findings findings = new Findings();
        SeccompChecks.check(findings, read());
        SpecValidator.throwFirst(findings.faults());
        return read();
    }
}
