package io.lethe.harness;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server whose password is replaced while pools use it. One thread. */
abstract class RotatingServer implements AutoCloseable {

    static RotatingServer postgres() {
        return new Postgresql();
    }

    static RotatingServer mariadb() {
        return new OfMariadb();
    }

    /** Makes the users of these pools, with this password. */
    abstract void users(List<Contained> pools, byte[] password);

    /** The names of those users, for a grant. */
    abstract String[] names();

    abstract String target();

    abstract boolean goesWith(Contained pool);

    abstract String driver(Contained pool);

    abstract Path file(Contained pool, String reference);

    /** Replaces the password; the one before is good, where the server can do that, until {@link #graceOver}. */
    abstract void alter(byte[] next);

    abstract void graceOver();

    /** A mark for {@link #sessionsBefore}. */
    abstract long now();

    abstract int sessions(Contained pool);

    abstract int sessionsBefore(Contained pool, long mark);

    @Override
    public abstract void close();

    /** Knows one password for each role: the open connections bridge the moment until the vault has the new one. */
    private static final class Postgresql extends RotatingServer {

        private static final String ROLE = "orders";

        private final Postgres server = Postgres.start();

        @Override
        void users(List<Contained> pools, byte[] password) {
            server.sql("drop role if exists " + ROLE);
            server.createRole(ROLE, password, Postgres.Auth.SCRAM);
        }

        @Override
        String[] names() {
            return new String[] {ROLE};
        }

        @Override
        String target() {
            return server.target();
        }

        @Override
        boolean goesWith(Contained pool) {
            return true;
        }

        @Override
        String driver(Contained pool) {
            return "pgjdbc " + pool.driver();
        }

        @Override
        Path file(Contained pool, String reference) {
            return pool.file(server, ROLE, reference);
        }

        @Override
        void alter(byte[] next) {
            server.alterPassword(ROLE, next);
        }

        @Override
        void graceOver() {}

        @Override
        long now() {
            return server.now();
        }

        @Override
        int sessions(Contained pool) {
            return server.sessions(pool.word());
        }

        @Override
        int sessionsBefore(Contained pool, long mark) {
            return server.sessionsBefore(pool.word(), mark);
        }

        @Override
        public void close() {
            server.close();
        }
    }

    /** Takes two passwords during the grace; its sessions are told apart by users, one for each pool, all with one password. */
    private static final class OfMariadb extends RotatingServer {

        private final Mariadb server = Mariadb.start(null);
        private final List<String> words = new ArrayList<>();
        private String current;

        private String user(Contained pool) {
            return "u" + words.indexOf(pool.word());
        }

        @Override
        void users(List<Contained> pools, byte[] password) {
            current = Secrets.text(password);
            for (Contained pool : pools) {
                words.add(pool.word());
                server.sql("drop user if exists " + user(pool) + "@'127.0.0.1'");
                server.createUser(user(pool), password, "mysql_native_password");
            }
        }

        @Override
        String[] names() {
            String[] names = new String[words.size()];
            for (int i = 0; i < names.length; i++) {
                names[i] = "u" + i;
            }
            return names;
        }

        @Override
        String target() {
            return server.target();
        }

        @Override
        boolean goesWith(Contained pool) {
            return !pool.isOfPostgres();
        }

        /** Both generations in turn. */
        private static String connector(Contained pool) {
            return Math.floorMod(pool.word().hashCode(), 2) == 0 ? "3.5.9" : "2.7.12";
        }

        @Override
        String driver(Contained pool) {
            return "MariaDB " + connector(pool);
        }

        @Override
        Path file(Contained pool, String reference) {
            return pool.file(server, connector(pool), user(pool), reference);
        }

        @Override
        void alter(byte[] next) {
            String old = current;
            current = Secrets.text(next);
            identify(" or mysql_native_password using password('" + old + "')");
        }

        @Override
        void graceOver() {
            identify("");
        }

        private void identify(String more) {
            StringBuilder all = new StringBuilder();
            for (String name : names()) {
                all.append("alter user ")
                        .append(name)
                        .append("@'127.0.0.1' identified via mysql_native_password using password('");
                all.append(current).append("')").append(more).append("; ");
            }
            server.sql(all.append("select 1").toString());
        }

        @Override
        long now() {
            return server.connections();
        }

        @Override
        int sessions(Contained pool) {
            return sessionsBefore(pool, Long.MAX_VALUE);
        }

        @Override
        int sessionsBefore(Contained pool, long mark) {
            return Integer.parseInt(server.sql("select count(*) from information_schema.processlist where user = '"
                            + user(pool) + "' and id <= " + mark)
                    .trim());
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
