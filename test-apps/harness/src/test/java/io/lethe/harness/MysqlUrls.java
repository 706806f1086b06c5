package io.lethe.harness;

/** How the versions of MySQL Connector/J are told whether to use TLS. */
final class MysqlUrls {

    private MysqlUrls() {}

    /** 5.1 is another driver than what came after it. */
    static boolean isOld(String driver) {
        return driver.startsWith("5.1.");
    }

    /** 5.1.34 asks for TLS 1.0, which no JDK of today offers; caching_sha2_password came with 5.1.46. */
    static boolean isOldest(String driver) {
        return driver.equals("5.1.34");
    }

    private static boolean hasMode(String driver) {
        return !isOld(driver) && !driver.equals("8.0.11");
    }

    static String plain(String driver) {
        return hasMode(driver) ? "?sslMode=DISABLED" : "?useSSL=false";
    }

    static String tls(String driver) {
        return hasMode(driver)
                ? "?sslMode=REQUIRED"
                : "?useSSL=true&requireSSL=true&verifyServerCertificate=false&enabledTLSProtocols=TLSv1.2";
    }
}
