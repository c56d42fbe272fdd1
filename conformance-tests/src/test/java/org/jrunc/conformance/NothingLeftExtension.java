package org.jrunc.conformance;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test its {@link Sandbox} and fails the test if anything is left on the host afterwards.
 *
 * <p>What is left is cleaned away all the same, so that one fault makes one test fail and not all that follow.
 */
public final class NothingLeftExtension implements ParameterResolver, AfterEachCallback {
    private static final Namespace OURS = Namespace.create(NothingLeftExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(OURS).computeIfAbsent(Sandbox.class, k -> new Sandbox(), Sandbox.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        Sandbox sandbox = context.getStore(OURS).remove(Sandbox.class, Sandbox.class);
        if (sandbox != null) {
            close(sandbox);
        }
    }

    /** Removes a sandbox; fails if anything is left on the host. */
    public static void close(Sandbox sandbox) {
        Map<String, Set<String>> left = sandbox.leftovers().find();
        if (!left.isEmpty()) {
            sandbox.leftovers().clean();
        }
        sandbox.remove();
        if (!left.isEmpty()) {
            StringBuilder message = new StringBuilder("left behind:");
            left.forEach((kind, things) -> things.forEach(t -> message.append("\n  ").append(kind).append(": ")
                    .append(t)));
            throw new AssertionError(message.toString());
        }
    }
}
