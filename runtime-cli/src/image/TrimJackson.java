import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.StackInstruction;

/**
 * Takes four constants out of Jackson's parser, the limits of int and long as BigDecimal. They are for the conversion
 * of floating point numbers to integers, which nothing here asks a parser for (LocatedJsonParser takes every number as
 * text). But they make the JVM initialize BigDecimal, and that computes the 65536th power of five: 7 to 14 ms of each
 * start (docs/performance.md).
 */
final class TrimJackson {

    private static final String PARSER = "tools/jackson/core/base/ParserMinimalBase";
    private static final String DECIMAL = "java/math/BigDecimal";
    private static final int CONSTANTS = 4;

    private int removed;

    private TrimJackson() {
    }

    static boolean concerns(String entry) {
        return entry.equals(PARSER + ".class");
    }

    /** The class with its constants null; fails when it is no longer as it was when this was written. */
    static byte[] trim(byte[] bytes) {
        TrimJackson trim = new TrimJackson();
        ClassFile classes = ClassFile.of();
        ClassModel model = classes.parse(bytes);
        byte[] trimmed = classes.transformClass(model, ClassTransform.transformingMethodBodies(
                method -> method.methodName().equalsString("<clinit>"), trim.initializer()));
        if (trim.removed != CONSTANTS) {
            throw new IllegalStateException(PARSER + " of this version of Jackson has " + trim.removed
                    + " constants of " + DECIMAL + ", not " + CONSTANTS + ": see whether TrimJackson still holds");
        }
        return trimmed;
    }

    /** {@code new BigDecimal(x)} becomes {@code null}; the operand x is a constant that may be evaluated or not. */
    private CodeTransform initializer() {
        return new CodeTransform() {
            private boolean afterNew;

            @Override
            public void accept(CodeBuilder code, CodeElement element) {
                if (element instanceof NewObjectInstruction made && made.className().asInternalName().equals(DECIMAL)) {
                    afterNew = true;
                } else if (afterNew && element instanceof StackInstruction stack && stack.opcode() == Opcode.DUP) {
                    afterNew = false;
                } else if (element instanceof InvokeInstruction call
                        && call.owner().asInternalName().equals(DECIMAL)) {
                    if (!call.type().equalsString("(Ljava/math/BigInteger;)V")) {
                        throw new IllegalStateException(PARSER + " calls " + call
                                + ": see whether TrimJackson still holds");
                    }
                    code.pop().aconst_null();
                    removed++;
                } else {
                    code.with(element);
                }
            }
        };
    }
}
