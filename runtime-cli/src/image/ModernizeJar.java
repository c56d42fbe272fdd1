import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Copies a jar and brings classes of Java 5 to the format of today. picocli is compiled for Java 5, and the JVM neither
 * stores such classes linked in an AOT cache nor verifies them ahead: a start took 24 ms longer (docs/performance.md).
 * The instructions stay as they are; what is added is the stack maps that Java 7 brought. One class of Jackson changes,
 * too: {@link TrimJackson}.
 */
final class ModernizeJar {

    private ModernizeJar() {
    }

    static void copy(Path from, Path to) throws IOException {
        if (!isToChange(from)) {
            Files.copy(from, to);
            return;
        }
        try (JarFile jar = new JarFile(from.toFile(), false, JarFile.OPEN_READ, Runtime.version());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(to))) {
            ClassFile classes = ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                    ClassFile.ClassHierarchyResolverOption.of(resolver(jar)));
            for (JarEntry entry : jar.versionedStream().toList()) {
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] bytes = read(jar, entry);
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(changed(classes, entry, bytes));
            }
        }
    }

    private static byte[] changed(ClassFile classes, JarEntry entry, byte[] bytes) {
        if (TrimJackson.concerns(entry.getName())) {
            return TrimJackson.trim(bytes);
        }
        return isOldClass(entry, bytes) ? modernize(classes, bytes) : bytes;
    }

    private static byte[] modernize(ClassFile classes, byte[] bytes) {
        ClassModel model = classes.parse(bytes);
        ClassTransform version = (builder, element) -> {
            if (element instanceof ClassFileVersion) {
                builder.withVersion(ClassFile.JAVA_17_VERSION, 0);
            } else {
                builder.with(element);
            }
        };
        // Passing each instruction through a transform makes the class file API write it anew, with stack maps.
        return classes.transformClass(model,
                version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
    }

    private static boolean isToChange(Path path) throws IOException {
        try (JarFile jar = new JarFile(path.toFile())) {
            for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements();) {
                JarEntry entry = entries.nextElement();
                if (TrimJackson.concerns(entry.getName()) || isOldClass(entry, read(jar, entry))) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Whether the major version, bytes 6 and 7 of a class file, is below that of Java 7. */
    private static boolean isOldClass(JarEntry entry, byte[] bytes) {
        return entry.getName().endsWith(".class") && (bytes[6] << 8 | bytes[7]) < ClassFile.JAVA_7_VERSION;
    }

    private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
        try (InputStream in = jar.getInputStream(entry)) {
            return in.readAllBytes();
        }
    }

    /** Stack maps need to know the common superclass of two types: look into the jar, then into the JDK. */
    private static ClassHierarchyResolver resolver(JarFile jar) {
        return ClassHierarchyResolver.ofResourceParsing(type -> {
            String descriptor = type.descriptorString();
            String name = descriptor.substring(1, descriptor.length() - 1) + ".class";
            JarEntry entry = jar.getJarEntry(name);
            try {
                return entry != null ? jar.getInputStream(entry) : ClassLoader.getSystemResourceAsStream(name);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
