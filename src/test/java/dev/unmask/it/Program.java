package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the packaged jar, run in a folder of its own, so that nothing of the repository is found by chance. */
final class Program implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Path FOLDERS = Path.of("target", "it");

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** An empty folder of its own for a test, kept until the next {@code mvn clean} for whoever wants to look into it. */
    static Path folder() throws IOException {
        return Files.createTempDirectory(Files.createDirectories(FOLDERS), "").toAbsolutePath();
    }

    /**
     * Starts the program.
     *
     * @param folder where it is run, and where its output goes
     * @param environment its settings, besides what is inherited; nothing of the service's own is
     */
    static Program start(Path folder, Map<String, String> environment, String... arguments) throws IOException {
        return start(folder, environment, List.of(), arguments);
    }

    /** The same with options for the virtual machine. */
    static Program start(Path folder, Map<String, String> environment, List<String> machineOptions, String... arguments)
            throws IOException {
        return start(List.of(), folder, environment, machineOptions, arguments);
    }

    /** The same by another command that runs this one, its arguments. */
    static Program start(
            List<String> by,
            Path folder,
            Map<String, String> environment,
            List<String> machineOptions,
            String... arguments)
            throws IOException {
        assertThat(JAR).as("the packaged service; run `mvn package` first").isRegularFile();
        List<String> command = new ArrayList<>(by);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // These tests wait for starts more than for anything else.
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx512m"));
        command.addAll(machineOptions);
        command.addAll(List.of("-jar", JAR.toAbsolutePath().toString()));
        command.addAll(List.of(arguments));

        Path output = Files.createTempFile(folder, "output", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("UNMASK_")
                        || name.startsWith("QUARKUS_")
                        || name.startsWith("JAVA")
                        || name.startsWith("ORT_")
                        // ONNX Runtime is more discreet there than where people run it.
                        || name.equals("CI"));
        builder.environment().putAll(environment);
        return new Program(builder.start(), output);
    }

    /** All that it has written, to either stream. */
    String output() {
        try {
            return new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError("The output can't be read", unreadable);
        }
    }

    /** Its resident memory, on Linux. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    boolean running() {
        return process.isAlive();
    }

    /** Asks it to stop, as Kubernetes does: SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("the end of the program, which wrote:%n%s", output())
                .isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
