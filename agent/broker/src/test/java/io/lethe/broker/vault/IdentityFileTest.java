package io.lethe.broker.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lethe.broker.BrokerException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdentityFileTest {

    @TempDir
    Path dir;

    private final byte[] identity = AgeKey.generate();
    private Path file;

    @BeforeEach
    void identity() throws Exception {
        file = dir.resolve("identity");
        AtomicFile.create(file, AgeKey.identityFile(identity), AtomicFile.KEY_MODE);
    }

    @ParameterizedTest
    @CsvSource({
        "r--------, true, true",
        "rw-------, true, true",
        "r--r-----, false, true",
        "rw-r-----, false, true",
        "rw-rw----, false, false",
        "r--r-x---, false, false",
        "r--r--r--, false, false",
        "r-------x, false, false",
        "r------w-, false, false"
    })
    void mode_decidesWhetherItIsRead(String mode, boolean forItsOwner, boolean whereTheGroupMayRead) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        assertThat(isRead(KeyFile.Access.OWNER)).isEqualTo(forItsOwner);
        assertThat(isRead(KeyFile.Access.GROUP_READS)).isEqualTo(whereTheGroupMayRead);
    }

    @Test
    void link_isJudgedByWhatItPointsTo() throws Exception {
        Path link = Files.createSymbolicLink(dir.resolve("link"), file);
        assertThat(read(link, KeyFile.Access.OWNER)).isEqualTo(identity);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r-----r--"));
        assertThatThrownBy(() -> read(link, KeyFile.Access.OWNER))
                .hasMessage("the identity " + link + " is open to other users; chmod o-rwx it, and consider its keys"
                        + " known");
        Files.delete(file);
        assertThatThrownBy(() -> read(link, KeyFile.Access.OWNER)).hasMessageContaining("is missing");
    }

    /** As Kubernetes does when a secret changes: a new folder, ..data moved to it, the old folder deleted. */
    @Test
    void linksThatMoveWhileItIsRead_neverMatter() throws Exception {
        Path link = dir.resolve("volume");
        Files.createDirectory(link);
        Files.createSymbolicLink(link.resolve("lethe-identity"), Path.of("..data", "lethe-identity"));
        swap(link, 0);
        AtomicBoolean ended = new AtomicBoolean();
        Throwable[] failed = {null};
        Thread reader = new Thread(() -> {
            try {
                while (!ended.get()) {
                    assertThat(read(link.resolve("lethe-identity"), KeyFile.Access.OWNER))
                            .isEqualTo(identity);
                }
            } catch (BrokerException | AssertionError e) {
                failed[0] = e;
            }
        });
        reader.start();
        for (int i = 1; i <= 300 && reader.isAlive(); i++) {
            swap(link, i);
        }
        ended.set(true);
        reader.join();
        assertThat(failed[0]).isNull();
    }

    private void swap(Path volume, int number) throws Exception {
        Path fresh = Files.createDirectory(volume.resolve("..v" + number));
        AtomicFile.create(fresh.resolve("lethe-identity"), AgeKey.identityFile(identity), AtomicFile.IDENTITY_MODE);
        Path aside = Files.createSymbolicLink(volume.resolve("..data_tmp"), fresh.getFileName());
        Files.move(aside, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
        if (number > 0) {
            Path old = volume.resolve("..v" + (number - 1));
            Files.delete(old.resolve("lethe-identity"));
            Files.delete(old);
        }
    }

    private boolean isRead(KeyFile.Access access) {
        try {
            return read(file, access).length > 0;
        } catch (BrokerException e) {
            assertThat(e).hasMessageMatching("the identity .* is open to (other users|its group); chmod .*");
            return false;
        }
    }

    private byte[] read(Path path, KeyFile.Access access) throws BrokerException {
        return KeyFile.read(path, "the identity", access, text -> AgeKey.identityIn(text, path, "the identity"));
    }
}
