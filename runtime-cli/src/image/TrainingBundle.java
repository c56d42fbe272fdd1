import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A bundle that needs nothing from the host: its one program is a few bytes that wait for a signal. */
final class TrainingBundle {

    private static final int BASE = 0x400000;
    private static final int HEADERS = 64 + 56;

    /** What an engine's exec has, more or less. */
    private static final String PROCESS = """
            {
              "user": { "uid": 0, "gid": 0, "additionalGids": [ 10 ] }, "args": [ "/wait" ], "cwd": "/",
              "env": [ "PATH=/usr/bin:/bin", "TERM=xterm" ], "noNewPrivileges": true,
              "capabilities": { "bounding": [ "CAP_CHOWN" ], "effective": [ "CAP_CHOWN" ],
                                "permitted": [ "CAP_CHOWN" ] },
              "rlimits": [ { "type": "RLIMIT_NOFILE", "hard": 64, "soft": 64 } ]
            }
            """;

    private TrainingBundle() {
    }

    /**
     * Makes a bundle, with the config.json that {@code jrunc spec} writes, less the terminal.
     *
     * @param linux properties to add to {@code linux}, with a comma behind them; may be empty
     */
    static Path make(Path bundle, Path jrunc, String linux) throws IOException, InterruptedException {
        Path program = Files.createDirectories(bundle.resolve("rootfs")).resolve("wait");
        Files.write(program, waitForSignal());
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        boolean root = (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0;
        ProcessBuilder builder = new ProcessBuilder(jrunc.toString(), "spec", "--bundle", bundle.toString(),
                "--rootless=" + !root).inheritIO();
        builder.environment().put("JRUNC_WARM", "off");
        Process spec = builder.start();
        if (spec.waitFor() != 0) {
            throw new IOException("jrunc spec failed with " + spec.exitValue());
        }
        // Not the default, which is made of the id: another build may be training at the same time.
        String cgroup = root ? "\"cgroupsPath\": \"/jrunc-training-" + ProcessHandle.current().pid() + "-"
                + bundle.getFileName() + "\"," : "";
        Path config = bundle.resolve("config.json");
        Files.writeString(config, Files.readString(config)
                .replace("\"terminal\": true", "\"terminal\": false").replace("\"sh\"", "\"/wait\"")
                .replace("\"linux\": {", "\"linux\": {" + cgroup + linux));
        Files.writeString(bundle.resolve("resources.json"), "{\"memory\": {\"limit\": 100663296, \"swap\": 201326592},"
                + " \"cpu\": {\"shares\": 333, \"quota\": 70000, \"period\": 100000}}");
        Files.writeString(bundle.resolve("process.json"), PROCESS);
        return bundle;
    }

    /** A static ELF executable, elf(5): one header, one loaded segment, and a loop around one system call. */
    private static byte[] waitForSignal() {
        boolean arm = "aarch64".equals(System.getProperty("os.arch"));
        byte[] code = arm
                ? words(0xd2800000, 0xd2800001, 0xd2800002, 0xd2800003, 0xd2800928, 0xd4000001, 0x17fffffa) // ppoll
                : new byte[] {(byte) 0xb8, 34, 0, 0, 0, 0x0f, 0x05, (byte) 0xeb, (byte) 0xf7}; // pause
        ByteBuffer elf = ByteBuffer.allocate(HEADERS + code.length).order(ByteOrder.LITTLE_ENDIAN);
        elf.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        elf.putShort((short) 2).putShort((short) (arm ? 183 : 62)).putInt(1);
        elf.putLong(BASE + HEADERS).putLong(64).putLong(0).putInt(0);
        elf.putShort((short) 64).putShort((short) 56).putShort((short) 1).putShort((short) 0);
        elf.putShort((short) 0).putShort((short) 0);
        elf.putInt(1).putInt(5).putLong(0).putLong(BASE).putLong(BASE);
        elf.putLong(HEADERS + code.length).putLong(HEADERS + code.length).putLong(0x1000);
        return elf.put(code).array();
    }

    private static byte[] words(int... instructions) {
        ByteBuffer code = ByteBuffer.allocate(4 * instructions.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int instruction : instructions) {
            code.putInt(instruction);
        }
        return code.array();
    }
}
