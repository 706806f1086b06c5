package io.lethe.harness;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * A test before real servers that Maven Central does not have. They are taken from the machine, else from Debian's archive;
 * where neither has them the test does not run, as with a JDK that is missing, and says so aloud. {@code
 * LETHE_REQUIRE_SERVERS=1} makes that a failure.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsServers.Condition.class)
@interface NeedsServers {

    /** Debian packages that hold the server programs; or archives that Maven Central has and only {@code -Papp-servers} copies. */
    String[] value() default {"nginx"};

    final class Condition implements ExecutionCondition {

        private static final Map<String, String> OBSTACLES = new ConcurrentHashMap<>();

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String[] packages = AnnotationSupport.findAnnotation(context.getRequiredTestClass(), NeedsServers.class)
                    .orElseThrow()
                    .value();
            for (String each : packages) {
                String obstacle = OBSTACLES.computeIfAbsent(each, Condition::obstacle);
                if (!obstacle.isEmpty() && !"1".equals(System.getenv("LETHE_REQUIRE_SERVERS"))) {
                    System.out.println("**** NOT TESTED: " + context.getDisplayName() + ": " + obstacle + " ****");
                    return ConditionEvaluationResult.disabled(obstacle);
                }
            }
            return ConditionEvaluationResult.enabled("its servers are here");
        }

        private static String obstacle(String packaged) {
            try {
                if (packaged.endsWith(".zip")) {
                    Drivers.server(packaged);
                } else {
                    DebianProgram.of(packaged);
                }
                return "";
            } catch (IllegalStateException e) {
                return String.valueOf(e.getMessage());
            }
        }
    }
}
