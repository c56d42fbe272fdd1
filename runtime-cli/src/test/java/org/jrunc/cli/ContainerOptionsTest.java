package org.jrunc.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jrunc.agent.CommandProcess;
import org.jrunc.container.CgroupDriver;
import org.jrunc.container.CreateRequest;
import org.jrunc.container.RuntimeContext;
import org.jrunc.report.RuntimeLog;
import org.junit.jupiter.api.Test;

class ContainerOptionsTest {

    private static final Path CWD = Path.of("/caller/cwd");

    private static CreateRequest request(String line) {
        CommandLineParser parser = new CommandLineParser(line.split(" "));
        Command command = Commands.find(parser.command()).orElseThrow();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        RuntimeContext context = new RuntimeContext(Path.of("/r"), false, Path.of("/r"), CgroupDriver.CGROUPFS,
                Optional.empty(), Map.of(), RuntimeLog.NONE, CommandProcess.own(), List.of());
        Invocation invocation = new Invocation(ProgramName.of("jrunc"), "create", parser.parse(command), context,
                nowhere, nowhere, CWD);
        return ContainerOptions.request(invocation, "id");
    }

    @Test
    void defaultsToTheWorkingDirectory() {
        assertEquals(new CreateRequest("id", CWD, Optional.empty(), Optional.empty(), Optional.empty(),
                Optional.empty(), false, false, 0), request("create id"));
    }

    @Test
    void makesEveryPathAbsolute() {
        assertEquals(new CreateRequest("id", CWD.resolve("b"), Optional.of(CWD.resolve("b/c.json")),
                Optional.of(CWD.resolve("tty.sock")), Optional.of(CWD.resolve("pidfd.sock")),
                Optional.of(CWD.resolve("../pid")), true, true, 3),
                request("create -b b --config c.json --console-socket tty.sock --pidfd-socket pidfd.sock "
                        + "--pid-file ../pid --no-pivot --no-new-keyring --preserve-fds 3 id"));
    }

    @Test
    void keepsAbsolutePaths() {
        assertEquals(Optional.of(Path.of("/run/pid")), request("run --pid-file /run/pid id").pidFile());
    }
}
