package io.lethe.http;

import io.lethe.weave.ClassPlan;
import io.lethe.weave.MethodHook;
import io.lethe.weave.Recognition;
import io.lethe.weave.Sites;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.Security;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.crypto.Cipher;
import org.jspecify.annotations.Nullable;

/**
 * What is woven into JSSE, on the first reference and not before: the two record layers, the write ciphers (JDK 8u252 to 27
 * have the same ones, ChaCha20 from 11 on), and the provider's core that copies what it encrypts in place (all ciphers of 8
 * to 16, CBC in all).
 *
 * <p>Loaded by the agent loader. Stateless.
 */
final class Jsse {

    private static final String SSL = "sun/security/ssl/";
    private static final String SOCKETS = SSL + "SSLSocketOutputRecord";
    private static final String ENGINES = SSL + "SSLEngineOutputRecord";
    private static final String CIPHER = SSL + "SSLCipher$";
    private static final String CORE = "com/sun/crypto/provider/CipherCore";

    static final String PROVIDER = "SunJCE";

    private static final String[] CIPHERS = {
        CIPHER + "T10BlockWriteCipherGenerator$BlockWriteCipher",
        CIPHER + "T11BlockWriteCipherGenerator$BlockWriteCipher",
        CIPHER + "T12GcmWriteCipherGenerator$GcmWriteCipher",
        CIPHER + "StreamWriteCipherGenerator$StreamWriteCipher",
        CIPHER + "NullWriteCipherGenerator$NullWriteCipher",
    };
    private static final String[] MAYBE = {CIPHER + "T12CC20P1305WriteCipherGenerator$CC20P1305WriteCipher"};
    /** Those of TLS 1.3, whose content ends in its type and in zeros. */
    private static final String[] INNER = {CIPHER + "T13GcmWriteCipherGenerator$GcmWriteCipher"};

    private static final String[] MAYBE_INNER = {CIPHER + "T13CC20P1305WriteCipherGenerator$CC20P1305WriteCipher"};

    private Jsse() {}

    /** Internal names of all classes that the plans name. */
    static Set<String> names() {
        Set<String> names = new HashSet<>(Arrays.asList(SOCKETS, ENGINES, CORE));
        for (String[] group : new String[][] {CIPHERS, MAYBE, INNER, MAYBE_INNER}) {
            names.addAll(Arrays.asList(group));
        }
        return names;
    }

    static List<ClassPlan> plans(Sites sites, Records records) {
        List<ClassPlan> plans = new ArrayList<>();
        plans.add(new ClassPlan(SOCKETS)
                .with(MethodHook.scope(sites, "deliver", records.layer()).descriptor("([BII)V")));
        plans.add(new ClassPlan(ENGINES)
                .with(MethodHook.scope(sites, "encode", records.layer())
                        .descriptor("([Ljava/nio/ByteBuffer;IILjava/nio/ByteBuffer;)Lsun/security/ssl/Ciphertext;")));
        for (String[] group : new String[][] {CIPHERS, MAYBE}) {
            for (String name : group) {
                plans.add(cipher(sites, name, records, false));
            }
        }
        for (String[] group : new String[][] {INNER, MAYBE_INNER}) {
            for (String name : group) {
                plans.add(cipher(sites, name, records, true));
            }
        }
        plans.add(new ClassPlan(CORE)
                .with(MethodHook.scope(sites, "update", records.copying())
                        .descriptor("([BII[BI)I")
                        .replacing(0))
                .with(MethodHook.scope(sites, "doFinal", records.copying())
                        .descriptor("([BII[BI)I")
                        .replacing(0)));
        return plans;
    }

    private static ClassPlan cipher(Sites sites, String name, Records records, boolean inner) {
        return new ClassPlan(name)
                .with(MethodHook.scope(sites, "encrypt", records.cipher(inner))
                        .descriptor("(BLjava/nio/ByteBuffer;)I")
                        .replacing(1));
    }

    /** Why this JVM's TLS is not wholly hooked; null where it is. Weaves what was loaded before. */
    static @Nullable String obstacle(Recognition recognition) {
        for (String name : names()) {
            String obstacle = recognition.obstacle(name.replace('/', '.'), name.equals(CORE) ? cipherLoader() : null);
            boolean mayMiss = Arrays.asList(MAYBE).contains(name)
                    || Arrays.asList(MAYBE_INNER).contains(name);
            if (obstacle != null && !(mayMiss && obstacle.equals(Recognition.ABSENT))) {
                return name + ": " + obstacle;
            }
        }
        return foreignCipher();
    }

    /** Why a cipher of this provider carries no secret. */
    static String foreign(String provider) {
        return "TLS is encrypted by the provider " + provider + ", whose copies are not known; put " + PROVIDER
                + " before it in java.security";
    }

    /** The extension loader on 8, the boot loader from 9 on. */
    private static @Nullable ClassLoader cipherLoader() {
        Provider provider = Security.getProvider(PROVIDER);
        return provider == null ? null : provider.getClass().getClassLoader();
    }

    /** JSSE takes the ciphers of the first provider that has them, and only one is known to overwrite what it copies. */
    private static @Nullable String foreignCipher() {
        for (String transformation : new String[] {"AES/GCM/NoPadding", "AES/CBC/NoPadding"}) {
            try {
                String name = Cipher.getInstance(transformation).getProvider().getName();
                if (!name.equals(PROVIDER)) {
                    return foreign(name);
                }
            } catch (GeneralSecurityException e) {
                return transformation + " is missing: " + e;
            }
        }
        return null;
    }
}
