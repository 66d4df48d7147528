package dev.unmask.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the files that make images have to agree on. */
class DockerfilesTest {
    private static final Path DOCKER = Path.of("docker");

    /** A Dockerfile can't include another, so that one is a copy of the other. */
    @Test
    void theImagesDifferInTheirArgumentsOnly() throws IOException {
        assertThat(instructions("Dockerfile.gpu")).isEqualTo(instructions("Dockerfile"));
        assertThat(Files.readString(DOCKER.resolve("Dockerfile")))
                .contains("-Pcpu")
                .doesNotContain("nvidia");
        assertThat(Files.readString(DOCKER.resolve("Dockerfile.gpu")))
                .contains("nvidia/cuda:12.")
                .doesNotContain("-Pcpu");
    }

    private static List<String> instructions(String dockerfile) throws IOException {
        return Files.readAllLines(DOCKER.resolve(dockerfile)).stream()
                .filter(line -> !line.startsWith("#") && !line.startsWith("ARG "))
                .toList();
    }

    @Test
    void aFullHeapEndsTheProcessInTheImageToo() throws IOException {
        assertThat(Files.readAllLines(DOCKER.resolve("java.options"))).contains("-XX:+ExitOnOutOfMemoryError");
    }

    /** Whatever starts Java in the image does so with the same options. */
    @Test
    void javaIsAlwaysStartedWithTheOptions() throws IOException {
        assertThat(instructions("Dockerfile"))
                .filteredOn(line -> line.contains("/opt/unmask/java/bin/java"))
                .hasSizeGreaterThan(4)
                .allSatisfy(line -> assertThat(line).contains("@/opt/unmask/java.options"));
    }

    /** Files that the build copies must not be kept from it. */
    @Test
    void whatIsCopiedIsInTheContext() throws IOException {
        List<String> let = Files.readAllLines(Path.of(".dockerignore"));

        assertThat(let).startsWith("*").contains("!pom.xml", "!src/main", "!model-store/demo");
        assertThat(Files.readString(DOCKER.resolve("compose.yaml")))
                .contains("read_only: true", "cap_drop: [ALL]", "no-new-privileges");
    }
}
