package io.lethe.secret;

import com.ongres.stringprep.Tables;

/**
 * SASLprep (RFC 4013) as PostgreSQL does it ({@code src/common/saslprep.c}), for the verifier that lies on the server
 * was made by that code: plain ASCII stays as it is, control characters included; what is not UTF-8, is prohibited,
 * unassigned in Unicode 3.2, mixes directions or comes out empty stays as it is too; and prohibited characters are
 * looked for before the normalization, not behind it as the RFC has it.
 *
 * <p>Loaded by the agent loader. Stateless. No secret becomes a String, save for the few characters around a combining
 * mark that {@link Nfkc} hands to the JDK one at a time.
 */
public final class SaslPrep {

    private SaslPrep() {}

    /** The password as it goes into PBKDF2, in a fresh array that the caller owns and wipes. */
    public static byte[] prepare(byte[] utf8) {
        if (isAscii(utf8) || !Utf8.isValid(utf8, 0, utf8.length)) {
            return utf8.clone();
        }
        char[] chars = Utf8.chars(utf8);
        char[] normal = null;
        try {
            int length = map(chars);
            if (length == 0 || hasProhibited(chars, length) || mixesDirections(chars, length)) {
                return utf8.clone();
            }
            normal = new char[length * Nfkc.MAX_EXPANSION];
            return Utf8.bytes(normal, 0, Nfkc.normalize(chars, length, normal));
        } finally {
            Wipe.chars(chars);
            Wipe.chars(normal);
        }
    }

    private static boolean isAscii(byte[] utf8) {
        for (byte b : utf8) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    /** RFC 4013, section 2.1, in place: all that it maps lies in the first plane. Returns the new length. */
    private static int map(char[] chars) {
        int n = 0;
        for (char c : chars) {
            if (Tables.prohibitionNonAsciiSpace(c)) {
                chars[n++] = ' ';
            } else if (!Tables.mapToNothing(c)) {
                chars[n++] = c;
            }
        }
        return n;
    }

    /** RFC 4013, sections 2.3 and 2.5. */
    private static boolean hasProhibited(char[] chars, int length) {
        for (int i = 0; i < length; ) {
            int point = Character.codePointAt(chars, i, length);
            i += Character.charCount(point);
            if (Tables.prohibitionNonAsciiSpace(point)
                    || Tables.prohibitionAsciiControl(point)
                    || Tables.prohibitionNonAsciiControl(point)
                    || Tables.prohibitionPrivateUse(point)
                    || Tables.prohibitionNonCharacterCodePoints(point)
                    || Tables.prohibitionSurrogateCodes(point)
                    || Tables.prohibitionInappropriatePlainText(point)
                    || Tables.prohibitionInappropriateCanonicalRepresentation(point)
                    || Tables.prohibitionChangeDisplayProperties(point)
                    || Tables.prohibitionTaggingCharacters(point)
                    || Tables.unassignedCodePoints(point)) {
                return true;
            }
        }
        return false;
    }

    /** RFC 3454, section 6: right-to-left text has no left-to-right letter, and begins and ends right-to-left. */
    private static boolean mixesDirections(char[] chars, int length) {
        boolean rightToLeft = false;
        boolean leftToRight = false;
        for (int i = 0; i < length; ) {
            int point = Character.codePointAt(chars, i, length);
            i += Character.charCount(point);
            rightToLeft |= Tables.bidirectionalPropertyRorAL(point);
            leftToRight |= Tables.bidirectionalPropertyL(point);
        }
        return rightToLeft
                && (leftToRight
                        || !Tables.bidirectionalPropertyRorAL(Character.codePointAt(chars, 0, length))
                        || !Tables.bidirectionalPropertyRorAL(Character.codePointBefore(chars, length, 0)));
    }
}
