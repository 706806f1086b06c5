package legacy;

import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import java.sql.SQLException;
import java.util.Properties;

/** An Agroal pool from properties; it has no bean properties of its own. Compiled against 1.16, runs with every newer one. */
public final class AgroalPool {

    private AgroalPool() {}

    public static AgroalDataSource make(Properties properties) throws SQLException {
        return AgroalDataSource.from(new AgroalPropertiesReader().readProperties(properties));
    }
}
