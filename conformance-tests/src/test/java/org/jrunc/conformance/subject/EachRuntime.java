package org.jrunc.conformance.subject;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A check of a subject, made with the runtime under test, with runc and with crun.
 *
 * <p>Where the runtime under test fails, the build fails. What runc and crun do is recorded in the table only: a check
 * that they fail shows as aborted. The method can have a {@link org.jrunc.conformance.Sandbox} parameter, whose runtime
 * is the one in turn, and either a {@link org.jrunc.conformance.Cgroups.At}, for both of its values, or a string, for
 * each of {@link #value}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(EachRuntimeExtension.class)
@interface EachRuntime {
    /** The values of the method's string parameter. */
    String[] value() default {};

    /** Why jrunc fails this check on purpose: it counts as failed in the table, and the build demands that it is. */
    String deviation() default "";
}
