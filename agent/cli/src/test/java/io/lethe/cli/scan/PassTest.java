package io.lethe.cli.scan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One buffer, many pieces: copies are found at every alignment and across every border of two reads. */
class PassTest {

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({"S3cret-of-the-orders,43", "quite,29", "sixsix,31", "four,33", "eight-by,37"})
    void copiesAtEveryAlignment_acrossAllReads_areFound(String secret, int stride) throws Exception {
        byte[] content = new byte[5_000_000];
        byte[] plain = secret.getBytes(StandardCharsets.US_ASCII);
        int planted = 0;
        for (int at = 0; at + plain.length <= content.length; at += stride) {
            System.arraycopy(plain, 0, content, at, plain.length);
            planted++;
        }
        Path file = Files.write(dir.resolve("dump"), content);

        try (Needle needle = Needle.secret("it", plain)) {
            Report report = Scanner.scanFile(file, List.of(needle));

            assertThat(report.count("it", "utf-8")).isEqualTo(planted);
            assertThat(report.copies()).isEqualTo(planted);
            assertThat(report.fragments()).isZero();
            assertThat(report.bytes()).isEqualTo(content.length);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 11, 4096, 60_000})
    void readsOfAnySize_giveTheSame(int most) throws Exception {
        Random random = new Random(most);
        byte[] content = new byte[most < 100 ? 300_000 : 3_000_000];
        random.nextBytes(content);
        byte[] plain = new byte[40];
        random.nextBytes(plain);
        for (int at = 1000; at < content.length - 100; at += 99_991) {
            System.arraycopy(plain, 0, content, at, plain.length);
        }
        System.arraycopy(plain, 0, content, content.length - plain.length, plain.length);
        Region.Source source = (into, address) -> {
            if (address >= content.length) {
                return -1;
            }
            int n = (int) Math.min(Math.min(most, into.remaining()), content.length - address);
            into.put(content, (int) address, n);
            return n;
        };

        int found = hits(plain, new Region(0, source, 0, Long.MAX_VALUE, a -> "here"));

        assertThat(found).isEqualTo((content.length - 100 - 1000 + 99_990) / 99_991 + 1);
    }

    @Test
    void unreadablePages_arePassedOver_andCounted() throws Exception {
        byte[] plain = "S3cret-of-the-orders".getBytes(StandardCharsets.US_ASCII);
        byte[] content = new byte[16 * 4096];
        System.arraycopy(plain, 0, content, 3 * 4096 - 20, 20);
        System.arraycopy(plain, 0, content, 5 * 4096, 20);
        Region.Source source = (into, address) -> {
            int page = (int) address / 4096;
            if (page == 3 || page == 4 || page == 15) {
                throw new IOException("Input/output error");
            }
            int n = Math.min(into.remaining(), (page + 1) * 4096 - (int) address);
            into.put(content, (int) address, n);
            return n;
        };
        Sieve sieve = new Sieve(Forms.of(Needle.secret("it", plain), 0));
        try (Pass pass = new Pass(sieve, 4096)) {
            pass.scan(new Region(0, source, 0, content.length, a -> "here"));

            assertThat(pass.hits()).hasSize(2);
            assertThat(pass.unreadable()).isEqualTo(3 * 4096);
            assertThat(pass.bytes()).isEqualTo(13 * 4096);
        }
    }

    @Test
    void aSecretFullOfZeros_isFoundAtEveryAlignment() throws Exception {
        byte[] plain = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
        byte[] content = new byte[100_000];
        for (int copy = 0; copy < 8; copy++) {
            System.arraycopy(plain, 0, content, 1000 * copy + copy, plain.length);
        }
        Path file = Files.write(dir.resolve("dump"), content);

        try (Needle needle = Needle.secret("it", plain)) {
            assertThat(Scanner.scanFile(file, List.of(needle)).count("it", "utf-8"))
                    .isEqualTo(8);
        }
    }

    @Test
    void whatIsNoSecret_isRefused() {
        assertThatThrownBy(() -> Needle.secret("it", new byte[] {1, 2, 3}))
                .hasMessageContaining("shorter than 4 bytes");
        assertThatThrownBy(() -> Needle.secret("it", new byte[12])).hasMessageContaining("one byte repeated");
    }

    @Test
    void theBufferIsOverwritten() throws Exception {
        byte[] plain = "S3cret-of-the-orders".getBytes(StandardCharsets.US_ASCII);
        ByteBuffer[] seen = new ByteBuffer[1];
        Region.Source source = (into, address) -> {
            seen[0] = into;
            if (address > 0) {
                return -1;
            }
            into.put(plain);
            return plain.length;
        };

        hits(plain, new Region(0, source, 0, Long.MAX_VALUE, a -> "here"));

        for (int i = 0; i < plain.length; i++) {
            assertThat(seen[0].get(i)).isZero();
        }
    }

    private static int hits(byte[] plain, Region region) throws IOException, ScanException {
        Sieve sieve = new Sieve(Forms.of(Needle.secret("it", plain), 0));
        try (Pass pass = new Pass(sieve, 4096)) {
            pass.scan(region);
            return (int) pass.hits().stream().filter(h -> !h.part).count();
        }
    }
}
