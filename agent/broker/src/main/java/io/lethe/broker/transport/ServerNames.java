package io.lethe.broker.transport;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The names that a certificate is good for (RFC 6125 and 9525): subjectAltName only, a wildcard as the whole first label only.
 *
 * <p>Loaded by the agent loader. Stateless; no name is looked up.
 */
public final class ServerNames {

    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private ServerNames() {}

    /** Returns in one line that the certificate is not for this host, or null where it is. */
    public static @Nullable String obstacle(X509Certificate certificate, String host)
            throws CertificateParsingException {
        Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null) {
            return "its certificate has no subjectAltName, so it names no host";
        }
        boolean address = isAddress(host);
        StringBuilder shown = new StringBuilder();
        for (List<?> name : names) {
            int kind = (Integer) name.get(0);
            String value = String.valueOf(name.get(1));
            if (kind == DNS && !address && matches(value, host)) {
                return null;
            }
            if (kind == ADDRESS && address && sameAddress(value, host)) {
                return null;
            }
            if ((kind == DNS || kind == ADDRESS) && shown.length() < 200) {
                shown.append(shown.length() == 0 ? "" : ", ").append(printable(value));
            }
        }
        return "its certificate is for " + (shown.length() == 0 ? "no host" : shown) + ", not for " + printable(host);
    }

    static boolean matches(String pattern, String host) {
        String wanted = plain(host);
        String name = plain(pattern);
        if (!name.startsWith("*.")) {
            return !name.isEmpty() && name.indexOf('*') < 0 && name.equals(wanted);
        }
        String rest = name.substring(1);
        int dot = wanted.indexOf('.');
        // "*.com" is for nobody.
        return dot > 0
                && rest.indexOf('.', 1) > 0
                && rest.indexOf('*') < 0
                && wanted.substring(dot).equals(rest);
    }

    private static String plain(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }

    static boolean isAddress(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        int dots = 0;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return dots == 3;
    }

    private static boolean sameAddress(String a, String b) {
        try {
            return InetAddress.getByName(literal(a)).equals(InetAddress.getByName(literal(b)));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** In brackets, what is no address is an error and is not looked up. */
    private static String literal(String address) {
        return address.indexOf(':') >= 0 ? "[" + address + "]" : address;
    }

    private static String printable(String text) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < 100; i++) {
            char c = text.charAt(i);
            out.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return out.toString();
    }
}
