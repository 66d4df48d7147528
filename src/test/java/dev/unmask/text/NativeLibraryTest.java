package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each case runs in a JVM of its own: a library is loaded once in the life of a JVM. */
class NativeLibraryTest {

    /** What the machine that runs the tests may have set, and what would win. */
    private static final Set<String> VARIABLES = Set.of(
            "DJL_OFFLINE", "OPT_OUT_TRACKING", "RUST_FLAVOR", "RUST_LIBRARY_PATH", "DJL_CACHE_DIR", "ENGINE_CACHE_DIR");

    @TempDir
    Path folder;

    @Test
    void aWrongLibraryPathSaysWhatToSet() throws Exception {
        assertThat(loadWith("-DRUST_LIBRARY_PATH=" + folder))
                .contains("CONFIGURATION", "RUST_LIBRARY_PATH", System.mapLibraryName("tokenizers"));
    }

    @Test
    void aFileThatIsNotALibrarySaysWhatToSet() throws Exception {
        Path file = folder.resolve(System.mapLibraryName("tokenizers"));
        Files.writeString(file, "no library");
        assertThat(loadWith("-DRUST_LIBRARY_PATH=" + file)).contains("CONFIGURATION", "DJL_CACHE_DIR");
    }

    @Test
    void aCacheThatCannotBeWrittenSaysWhatToSet() throws Exception {
        Path file = folder.resolve("file");
        Files.writeString(file, "no folder");
        assertThat(loadWith("-DDJL_CACHE_DIR=" + file.resolve("cache"))).contains("CONFIGURATION", "DJL_CACHE_DIR");
    }

    @Test
    void aFreshCacheIsFilledFromTheJarWithTheNetworkSwitchedOff() throws Exception {
        assertThat(loadWith("-DDJL_CACHE_DIR=" + folder)).contains("loaded cpu offline=true untracked=true");
    }

    @Test
    void whatTheOperatorSetStays() throws Exception {
        assertThat(loadWith("-DRUST_FLAVOR=cu122", "-DDJL_CACHE_DIR=" + folder))
                .contains("cu122")
                .doesNotContain("loaded cpu");
    }

    private String loadWith(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(options));
        command.add(Load.class.getName());
        Path output = folder.resolve("output");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().keySet().removeAll(VARIABLES);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** Loads the library, from a thread that knows no class loader, and says how it went. */
    static final class Load {
        private Load() {}

        public static void main(String[] args) {
            Thread.currentThread().setContextClassLoader(null);
            String result;
            try {
                NativeLibrary.load();
                result = "loaded "
                        + System.getProperty("RUST_FLAVOR")
                        + " offline="
                        + System.getProperty("ai.djl.offline")
                        + " untracked="
                        + System.getProperty("OPT_OUT_TRACKING");
            } catch (Fault e) {
                result = e.kind() + " " + e.getMessage() + " " + System.getProperty("RUST_FLAVOR");
            }
            System.out.println(result);
        }
    }
}
