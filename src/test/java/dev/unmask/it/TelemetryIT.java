package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** ONNX Runtime's library reports its use by default; it must not here. */
class TelemetryIT {

    /** What it would leave: its cache in the home folder, and a log in the system's temp folder. */
    @Test
    void onnxRuntimeNeitherKeepsNorReportsAnything() throws Exception {
        Path folder = Program.folder();
        Path home = Files.createDirectory(folder.resolve("home"));
        Path temp = Files.createDirectory(folder.resolve("temp"));
        Map<String, String> settings = Map.of("HOME", home.toString(), "TMPDIR", temp.toString());
        try (Service service =
                Service.launch(folder, settings, List.of("-Duser.home=" + home, "-Djava.io.tmpdir=" + temp))) {
            service.awaitReady().assertAnswers();
            service.terminate();
            service.exitCode();
            assertThat(service.log()).doesNotContain("telemetry");
        }
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.equals("Microsoft") || name.contains("mat-debug") || name.endsWith(".ses"));
        }
    }
}
