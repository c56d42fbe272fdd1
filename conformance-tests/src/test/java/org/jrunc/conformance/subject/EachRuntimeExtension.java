package org.jrunc.conformance.subject;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jrunc.conformance.Cgroups;
import org.jrunc.conformance.OciRuntime;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

/** Makes a {@link Check} of an {@link EachRuntime} method for each runtime and each value of its parameter. */
final class EachRuntimeExtension implements TestTemplateInvocationContextProvider {
    private static final Map<String, Path> RUNTIMES = runtimes();

    /** The runtime under test, and those of the others that there are, by their names. */
    private static Map<String, Path> runtimes() {
        Map<String, Path> found = new LinkedHashMap<>();
        Path tested = OciRuntime.executableUnderTest();
        found.put(tested.getFileName().toString(), tested);
        for (String peer : List.of("runc", "crun")) {
            Stream.of("/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/").map(d -> Path.of(d + peer))
                    .filter(Files::isExecutable).findFirst().ifPresent(p -> found.putIfAbsent(peer, p));
        }
        return found;
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return true;
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        Scoreboard board = context.getRoot().getStore(Namespace.GLOBAL)
                .computeIfAbsent(Scoreboard.class, k -> new Scoreboard(RUNTIMES), Scoreboard.class);
        EachRuntime annotation = context.getRequiredTestMethod().getAnnotation(EachRuntime.class);
        List<TestTemplateInvocationContext> checks = new ArrayList<>();
        for (Object value : values(context, annotation)) {
            RUNTIMES.forEach((name, executable) -> checks.add(new Check(board, name, executable,
                    subject(context.getRequiredTestClass(), value), words(context.getRequiredTestMethod().getName())
                    + (value instanceof String text ? ": " + text : ""), value, annotation.deviation())));
        }
        return checks.stream();
    }

    /** The values of the method's parameter beside the sandbox; a single empty one if it has none. */
    private static List<Object> values(ExtensionContext context, EachRuntime annotation) {
        if (List.of(context.getRequiredTestMethod().getParameterTypes()).contains(Cgroups.At.class)) {
            return List.of((Object[]) Cgroups.At.values());
        }
        return annotation.value().length == 0 ? List.of(Check.NO_VALUE) : List.of((Object[]) annotation.value());
    }

    /** The name of a runtime-tools program: {@code LinuxCgroupsPidsTest} is linux_cgroups_pids. */
    private static String subject(Class<?> test, Object value) {
        String name = test.getSimpleName().replaceFirst("Test$", "").replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase();
        return value == Cgroups.At.RELATIVE ? name.replace("linux_cgroups_", "linux_cgroups_relative_") : name;
    }

    private static String words(String methodName) {
        return methodName.replaceAll("([A-Z]|[0-9]+)", " $1").toLowerCase();
    }
}
