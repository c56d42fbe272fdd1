package org.jrunc.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The answer to {@code --version}; engines parse its first three lines. */
final class VersionText {

    /** The version of the runtime specification that jrunc implements. */
    static final String SPECIFICATION = "1.3.0";

    private VersionText() {
    }

    /** Read once: a server is asked more often. */
    private static final class Lines {
        private static final String ALL = " version " + version() + "\ncommit: " + commit() + "\nspec: "
                + SPECIFICATION + "\njava: " + Runtime.version() + "\n";
    }

    static String of(String program) {
        return program + Lines.ALL;
    }

    /** The version of the Maven project. */
    static String version() {
        Properties properties = new Properties();
        try (InputStream in = VersionText.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("version.properties is missing from the image", e);
        }
        return properties.getProperty("version");
    }

    /** What the image was built from: written into its {@code release} file by BuildImage. */
    static String commit() {
        Path release = Path.of(System.getProperty("java.home"), "release");
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(release)) {
            properties.load(in);
        } catch (IOException e) {
            return "unknown";
        }
        return properties.getProperty("JRUNC_COMMIT", "unknown").replace("\"", "");
    }
}
