package io.lethe.broker.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgeTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"one.age", "second-of-two.age", "beside-ssh.age"})
    void filesOfTheAgeTool_open(String name) throws Exception {
        assertThat(open(AgeFiles.read(name))).isEqualTo(AgeFiles.SECRET.getBytes(UTF_8));
    }

    @Test
    void emptyAndFullChunks_open() throws Exception {
        assertThat(open(AgeFiles.read("empty.age"))).isEmpty();
        assertThat(open(AgeFiles.read("chunk.age"))).isEqualTo(new byte[65536]);
    }

    @ParameterizedTest
    @CsvSource({
        "other.age, is not encrypted to this identity",
        "armored.age, is not an age v1 file in binary form",
        "two-chunks.age, holds more than 65536 bytes",
        "test-only.key, is not an age v1 file in binary form"
    })
    void otherFiles_areRefused(String name, String message) {
        assertThatThrownBy(() -> open(AgeFiles.read(name)))
                .isInstanceOf(AgeException.class)
                .hasMessage(message);
    }

    @Test
    void ourFiles_openForEachRecipientAndNobodyElse() throws Exception {
        byte[] first = AgeKey.generate();
        byte[] second = AgeKey.generate();
        for (int length : new int[] {0, 1, 15, 16, 17, 1000, 65536}) {
            byte[] payload = new byte[length];
            new Random(length).nextBytes(payload);
            byte[] file = Age.encrypt(payload, List.of(recipient(first), recipient(second)));
            assertThat(Age.decrypt(file, first)).isEqualTo(payload);
            assertThat(Age.decrypt(file, second)).isEqualTo(payload);
            assertThatThrownBy(() -> Age.decrypt(file, AgeKey.generate()))
                    .hasMessage("is not encrypted to this identity");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Age.encrypt(new byte[65537], List.of(recipient(first))));
    }

    @Test
    void everyChangedByteAndEveryCut_isRefused() throws Exception {
        for (String name : new String[] {"one.age", "second-of-two.age"}) {
            byte[] file = AgeFiles.read(name);
            byte[] identity = AgeFiles.identity("test-only.key");
            for (int i = 0; i < file.length; i++) {
                byte[] changed = file.clone();
                changed[i] ^= 1;
                assertThatThrownBy(() -> Age.decrypt(changed, identity))
                        .as("byte %s", i)
                        .isInstanceOf(AgeException.class);
                byte[] cut = Arrays.copyOf(file, i);
                assertThatThrownBy(() -> Age.decrypt(cut, identity))
                        .as("cut at %s", i)
                        .isInstanceOf(AgeException.class);
            }
            byte[] longer = Arrays.copyOf(file, file.length + 1);
            assertThatThrownBy(() -> Age.decrypt(longer, identity)).isInstanceOf(AgeException.class);
        }
    }

    @Test
    void randomBytes_throwNothingButTheAgeException() throws Exception {
        Random random = new Random(5);
        byte[] identity = AgeFiles.identity("test-only.key");
        byte[] good = AgeFiles.read("one.age");
        for (int i = 0; i < 3000; i++) {
            byte[] file = good.clone();
            for (int n = random.nextInt(8) + 1; n > 0; n--) {
                file[random.nextInt(170)] = "\n -> X25519abc=".getBytes(US_ASCII)[random.nextInt(15)];
            }
            if (!Arrays.equals(file, good)) {
                assertThatThrownBy(() -> Age.decrypt(file, identity)).isInstanceOf(AgeException.class);
            }
        }
    }

    @Test
    void shareOfSmallOrder_isRefused() throws Exception {
        String header = "age-encryption.org/v1\n-> X25519 " + "A".repeat(43) + "\n" + "A".repeat(43) + "\n--- "
                + "A".repeat(43) + "\n";
        byte[] file = Arrays.copyOf(header.getBytes(US_ASCII), header.length() + 100);
        assertThatThrownBy(() -> open(file)).hasMessageContaining("small order");
    }

    @Test
    void ageToolOpensOurs_andWeOpenItsOwn() throws Exception {
        if (!AgeFiles.toolIsHere()) {
            return;
        }
        byte[] identity = AgeKey.generate();
        Path key = folder.resolve("our.key");
        Files.write(key, AgeKey.identityFile(identity));
        Path file = folder.resolve("our.age");
        Files.write(
                file,
                Age.encrypt(
                        AgeFiles.SECRET.getBytes(UTF_8), List.of(recipient(AgeKey.generate()), recipient(identity))));
        assertThat(AgeFiles.run(null, "age", "-d", "-i", key.toString(), file.toString()))
                .isEqualTo(AgeFiles.SECRET.getBytes(UTF_8));
        assertThat(new String(AgeFiles.run(null, "age-keygen", "-y", key.toString()), UTF_8).trim())
                .isEqualTo(AgeKey.recipientOf(identity));

        byte[] theirs = AgeFiles.run(
                AgeFiles.SECRET.getBytes(UTF_8),
                "age",
                "-r",
                AgeKey.recipientOf(AgeKey.generate()),
                "-r",
                AgeKey.recipientOf(identity));
        assertThat(Age.decrypt(theirs, identity)).isEqualTo(AgeFiles.SECRET.getBytes(UTF_8));
    }

    private static byte[] open(byte[] file) throws Exception {
        return Age.decrypt(file, AgeFiles.identity("test-only.key"));
    }

    private static byte[] recipient(byte[] identity) {
        return AgeKey.recipient(AgeKey.recipientOf(identity));
    }
}
