package io.lethe.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {

    @TempDir
    Path folder;

    @Test
    void oneLine_isAWholeConfig() throws Exception {
        Config config = Config.read(file("broker: vault:/etc/lethe/vault\n"));
        assertThat(config.vault()).isEqualTo(new File("/etc/lethe/vault"));
        assertThat(config.enabled()).isTrue();
        assertThat(config.strict()).isTrue();
        assertThat(config.observe()).isFalse();
        assertThat(config.workload()).isEqualTo("default");
        assertThat(config.auditDir()).isEqualTo(new File("/etc/lethe/vault/audit"));
    }

    @Test
    void nestedAndDottedKeys_meanTheSame() throws Exception {
        Config nested = Config.read(file("broker: vault:v\naudit:\n  dir: /var/a\n  sync: each\n"));
        Config dotted = Config.read(file("broker: vault:v\naudit.dir: /var/a\naudit.sync: each\n"));
        assertThat(nested.auditDir()).isEqualTo(dotted.auditDir()).isEqualTo(new File("/var/a"));
        assertThat(nested.auditSyncEach()).isTrue();
        assertThat(dotted.auditSyncEach()).isTrue();
    }

    @Test
    void relativePaths_startAtTheConfig() throws Exception {
        assertThat(Config.read(file("broker: vault:v\n")).vault())
                .isEqualTo(folder.resolve("v").toFile());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "brocker: vault:/v                    | unknown key 'brocker'; did you mean 'broker'?",
                "broker: vault:/v\\naudit.dri: /a      | unknown key 'audit.dri'; did you mean 'audit.dir'?",
                "broker: vault:/v\\naudit:\\n  dri: /a  | unknown key 'audit.dri'; did you mean 'audit.dir'?",
                "broker: vault:/v\\nstrict: maybe      | strict must be true or false, not 'maybe'",
                "broker: vault:/v\\nmode: lenient      | mode must be one of enforce, observe, not 'lenient'",
                "broker: file:/v | broker must be vault:<directory> or openbao:https://<host>:8200, not 'file:/v'",
                "broker: openbao:http://b:8200         | broker must be openbao:URL, which is a URL such as https://",
                "broker: openbao:https://u:p@b:8200    | is a URL without user, query and fragment",
                "broker: vault:/v\\nworkload: [a]      | workload must be a text, not '[a]'",
                "broker: [                            | is not YAML",
                "just text                            | holds no settings",
                "strict: true                         | names no broker",
                "broker: vault:/v\\nbroker: vault:/w   | is not YAML",
            })
    void brokenConfig_isOneClearLine(String yaml, String expected) {
        assertThatThrownBy(() -> Config.read(file(yaml.replace("\\n", "\n"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(expected)
                .hasMessageContaining("lethe.yaml")
                .message()
                .doesNotContain("\n");
    }

    @Test
    void openBao_keepsItsFilesBesideTheConfig() throws Exception {
        Config config = Config.read(file("broker: openbao:https://bao:8200\nopenbao:\n  token-file: t\n"));
        assertThat(config.isOpenBao()).isTrue();
        assertThat(config.vault()).isNull();
        assertThat(config.auditDir()).isEqualTo(folder.resolve("audit").toFile());
        assertThat(config.grantsFile()).isEqualTo(folder.resolve("grants.json").toFile());
        assertThat(config.credential().file()).isEqualTo(folder.resolve("t"));
        assertThat(config.openBao()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openbao.mount: secret                                                  | says nothing of how to log in",
                "openbao.role-id: r\\nopenbao.token-file: t                             | says two ways to log in",
                "openbao.role-id: r\"s\\nopenbao.secret-id-file: s                     | a character that no role-id has",
                "openbao.role-id: r\\nopenbao.auth-mount: ../x\\nopenbao.secret-id-file: s | openbao.auth-mount is a path",
            })
    void loginThatCannotBe_isOneClearLine(String yaml, String expected) throws Exception {
        Config config = Config.read(file("broker: openbao:https://bao:8200\n" + yaml.replace("\\n", "\n") + "\n"));
        assertThatThrownBy(config::credential)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(expected);
    }

    @Test
    void missingConfig_isOneClearLine() {
        assertThatThrownBy(() -> Config.read(new File(folder.toFile(), "none.yaml")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void billionLaughs_areRefused() {
        assertThatThrownBy(() -> Config.read(file("a: &a [x]\nb: [*a, *a]\n"))).isInstanceOf(ConfigException.class);
    }

    private File file(String yaml) throws IOException {
        return Files.writeString(folder.resolve("lethe.yaml"), yaml).toFile();
    }
}
