package io.lethe.weave;

import org.jspecify.annotations.Nullable;

/** Plans for drivers and data sources that no plan names. Called inside class loading, by many threads at once. */
public interface Guards {

    /**
     * The plan for a class that itself implements {@code Driver}, {@code DataSource}, {@code XADataSource} or
     * {@code ConnectionPoolDataSource}, by internal names; null to leave it alone.
     */
    @Nullable
    ClassPlan guard(String className, String[] interfaces);
}
