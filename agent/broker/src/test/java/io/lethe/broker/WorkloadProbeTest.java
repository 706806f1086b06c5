package io.lethe.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.lethe.broker.digest.Sha256;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkloadProbeTest {

    @TempDir
    Path folder;

    @Test
    void thisJvm_isFound() {
        Workload workload = WorkloadProbe.probe("default");
        assertThat(workload.assurance()).isEqualTo("self");
        assertThat(workload.selector("name")).isEqualTo("default");
        assertThat(workload.selector("user")).isEqualTo(System.getProperty("user.name"));
        if (new File("/proc/self").exists()) {
            assertThat(workload.selector("pid"))
                    .isEqualTo(String.valueOf(ProcessHandle.current().pid()));
            assertThat(workload.selector("uid")).matches("\\d+");
            assertThat(workload.selector("start")).matches("\\d+");
        }
    }

    @Test
    void jarAndUnit_areReadAndArgumentsAreNot() throws Exception {
        Files.writeString(folder.resolve("status"), "Name:\tjava\nUid:\t1000\t1001\t1002\t1003\n");
        Files.writeString(folder.resolve("stat"), "42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 777 20");
        Files.writeString(folder.resolve("cgroup"), "0::/system.slice/orders.service/sub\n");
        Path jar = folder.resolve("app 1.jar");
        Files.write(jar, new byte[] {1, 2, 3});
        Workload workload = probe(Map.of(
                "user.name",
                "shop",
                "sun.java.command",
                jar + " --password=S3cret",
                "java.class.path",
                jar.toString()));
        assertThat(workload.selectors())
                .isEqualTo(Map.of(
                        "uid",
                        "1001",
                        "user",
                        "shop",
                        "pid",
                        "42",
                        "start",
                        "777",
                        "unit",
                        "orders.service",
                        "cgroup",
                        "/system.slice/orders.service/sub",
                        "jar",
                        jar.toString()));
        assertThat(workload.selector("jar.sha256")).isEqualTo(Sha256.hex(new byte[] {1, 2, 3}));
        assertThat(workload.describe().toString()).doesNotContain("S3cret").contains("jar.sha256");
    }

    @Test
    void relativeJar_isFoundFromTheWorkingFolder() {
        Workload workload =
                probe(Map.of("sun.java.command", "app.jar", "java.class.path", "app.jar", "user.dir", "/srv"));
        assertThat(workload.selector("jar")).isEqualTo(new File("/srv", "app.jar").getPath());
        assertThat(workload.selector("jar.sha256")).isNull();
    }

    @Test
    void mainClass_isTheFirstWordOnly() {
        Workload workload =
                probe(Map.of("sun.java.command", "shop.Main --password=S3cret", "java.class.path", "a.jar:b.jar"));
        assertThat(workload.selectors()).isEqualTo(Map.of("main", "shop.Main"));
    }

    @Test
    void nothingKnown_isNothingSaid() {
        assertThat(probe(Map.of()).selectors()).isEmpty();
    }

    @Test
    void containers_areKnownByTheirControlGroup() throws Exception {
        String id = "0123456789abcdef".repeat(4);
        String pod = "fedcba9876543210".repeat(4);
        for (String group : new String[] {
            "0::/system.slice/docker-" + id + ".scope",
            "12:pids:/docker/" + id + "\n1:name=systemd:/docker/" + id,
            "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope",
            "11:memory:/kubepods/" + pod + "/" + id,
            "0::/machine.slice/libpod-" + id + ".scope/container",
        }) {
            Files.writeString(folder.resolve("cgroup"), group + "\n");
            assertThat(probe(Map.of()).selector("container")).as(group).isEqualTo(id);
        }
        Files.writeString(folder.resolve("cgroup"), "4:cpu:/a\n1:name=systemd:/user.slice/b.scope\n");
        assertThat(probe(Map.of()).selectors()).isEqualTo(Map.of("unit", "b.scope", "cgroup", "/user.slice/b.scope"));
    }

    @Test
    void containerInANamespaceOfItsOwn_isKnownByItsMounts() throws Exception {
        String id = "0123456789abcdef".repeat(4);
        Files.writeString(folder.resolve("cgroup"), "0::/\n");
        Files.writeString(
                folder.resolve("mountinfo"),
                "600 590 254:1 / / rw - overlay overlay rw\n" + "601 590 254:1 /var/lib/docker/containers/" + id
                        + "/hostname /etc/hostname rw - ext4 /dev/x rw\n");
        assertThat(probe(Map.of()).selectors()).isEqualTo(Map.of("cgroup", "/", "container", id));
    }

    private Workload probe(Map<String, String> properties) {
        return WorkloadProbe.probe("default", folder.toFile(), properties);
    }
}
