package io.lethe.secret;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says that the bytes or characters which become text here are no secret, and why. The build forbids such conversions
 * everywhere else, so a reviewer who searches for this name has seen them all.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.METHOD, ElementType.CONSTRUCTOR, ElementType.TYPE})
public @interface NotSecret {

    /** Why the text is no secret. */
    String value();
}
