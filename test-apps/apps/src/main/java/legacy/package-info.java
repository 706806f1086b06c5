/**
 * Programs as they run in production for years: they read a properties file, open connections and know nothing of Lethe.
 *
 * <p>Loaded by: application loader, as the whole of a test JVM. Nothing of Lethe is on their class path.
 *
 * <p>What belongs here: Java 8, {@code java.sql} and what one program is about. A test drives them by lines on standard
 * input ({@link legacy.Console}); the package lies outside {@code io.lethe}, which agents may treat as their own.
 */
package legacy;
