package io.lethe.http;

import io.lethe.weave.ClassPlan;
import java.util.List;

/**
 * All versions of one HTTP client, on one page: where it puts a request into bytes, and how its connection is told. The names
 * of the classes stand in {@link HttpClasses}.
 *
 * <p>Loaded by the agent loader. Stateless.
 */
interface HttpStack {

    /** The plans; made once, when the first of the classes is loaded. */
    List<ClassPlan> plans(Http http);
}
