package org.jrunc.conformance.subject;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import org.jrunc.conformance.Needs;
import org.jrunc.conformance.NothingLeftExtension;
import org.jrunc.conformance.OciRuntime;
import org.jrunc.conformance.Sandbox;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.opentest4j.TestAbortedException;

/**
 * One check of a subject with one runtime: gives it its sandbox, writes down how it went, and cleans up. Only of the
 * runtime under test it is demanded that nothing is left behind.
 */
final class Check implements TestTemplateInvocationContext, ParameterResolver, InvocationInterceptor {
    static final Object NO_VALUE = new Object();

    private final Scoreboard board;
    private final String runtime;
    private final Path executable;
    private final String subject;
    private final String name;
    private final Object value;
    private final String deviation;
    private Sandbox sandbox;

    Check(Scoreboard board, String runtime, Path executable, String subject, String name, Object value,
            String deviation) {
        this.board = board;
        this.runtime = runtime;
        this.executable = executable;
        this.subject = subject;
        this.name = name;
        this.value = value;
        this.deviation = deviation;
    }

    @Override
    public String getDisplayName(int index) {
        return subject + ", " + runtime + (value instanceof String ? ", " + value : "");
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
        return List.of(this);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Sandbox.class || type.isInstance(value);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        if (parameter.getParameter().getType() != Sandbox.class) {
            return value;
        }
        sandbox = new Sandbox(executable);
        return sandbox;
    }

    @Override
    public void interceptTestTemplateMethod(Invocation<Void> invocation, ReflectiveInvocationContext<Method> method,
            ExtensionContext context) throws Throwable {
        Throwable failure = null;
        try {
            Needs.root();
            invocation.proceed();
        } catch (Throwable t) {
            failure = t;
        }
        try {
            if (sandbox != null) {
                NothingLeftExtension.close(sandbox);
            }
        } catch (AssertionError left) {
            failure = failure == null && tested() ? left : failure;
        }
        board.record(subject, name, runtime, failure, deviation);
        judge(failure);
    }

    private boolean tested() {
        return executable.equals(OciRuntime.executableUnderTest());
    }

    private void judge(Throwable failure) throws Throwable {
        boolean onPurpose = tested() && OciRuntime.of(executable, null, null).kind() == OciRuntime.Kind.JRUNC
                && !deviation.isEmpty();
        if (failure == null && onPurpose) {
            throw new AssertionError("passes, so it is no deviation any more: " + deviation);
        }
        if (failure instanceof TestAbortedException || failure != null && tested() && !onPurpose) {
            throw failure;
        }
        if (failure != null) {
            throw new TestAbortedException(runtime + " fails this" + (onPurpose ? " on purpose: " + deviation : ""),
                    failure);
        }
    }
}
