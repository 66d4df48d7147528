package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal at any moment: the process ends as documented, no request is lost, and nothing is left behind. */
class SignalIT {
    private static final int SIGTERM = 143;
    private static final String ADMIN = "the-key-of-the-administrator";

    /** Its weights are a hole on disk, but to be written, read and packed they take seconds. */
    private static Path large;

    private static Path store;

    private Path folder;

    @BeforeAll
    static void makeModel() throws Exception {
        Path made = Program.folder();
        store = made.resolve("store");
        large = new ToyCheckpoint().stretched("intermediate_size", 300_000).write(made.resolve("large"));
        try (Program program = Program.start(
                made, Map.of(), "import", large.toString(), "--name", "large", "--store", store.toString())) {
            assertThat(program.exitCode()).as(program.output()).isZero();
        }
    }

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Program.folder();
    }

    /** Waits until the program has written something, or ended, and a moment more. */
    private static void awaitMoment(Program program, int milliseconds) throws InterruptedException {
        await("its first words")
                .atMost(Duration.ofSeconds(30))
                .until(() -> !program.running() || !program.output().isEmpty());
        Thread.sleep(milliseconds);
    }

    private void assertEnded(Program program, int... codes) throws Exception {
        int code = program.exitCode();
        assertThat(codes).as(program.output()).contains(code);
        assertThat(program.output()).doesNotContain("SIGSEGV", "\tat ");
        assertThat(Folders.names(folder)).noneMatch(name -> name.startsWith("hs_err") || name.startsWith("core"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 150, 300, 500, 700, 1000, 1400})
    void aServiceThatStarts(int milliseconds) throws Exception {
        Map<String, String> settings = Map.of(
                "UNMASK_MODEL", "large",
                "UNMASK_MODEL_STORE", store.toString(),
                "UNMASK_API_KEY", Service.KEY,
                "QUARKUS_HTTP_HOST", "127.0.0.1",
                "QUARKUS_HTTP_PORT", "0",
                "QUARKUS_MANAGEMENT_PORT", "0");
        try (Program program = Program.start(folder, settings, "serve")) {
            awaitMoment(program, milliseconds);
            program.terminate();

            assertEnded(program, SIGTERM);
        }
        assertThat(Folders.names(store)).containsExactly("large");
    }

    /** It says nothing before it is done, so the moment is counted from the folder's first file. */
    @ParameterizedTest
    @ValueSource(ints = {0, 200, 500, 900, 1400})
    void anImport(int milliseconds) throws Exception {
        Path target = folder.resolve("store");
        try (Program program = Program.start(
                folder, Map.of(), "import", large.toString(), "--name", "new", "--store", target.toString())) {
            await("the first file")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !program.running() || !Folders.names(target).isEmpty());
            Thread.sleep(milliseconds);
            program.terminate();

            assertEnded(program, SIGTERM, 0);
            assertThat(Folders.names(target)).isIn(List.of(), List.of("new"));
            assertThat(program.output()).doesNotContain("fails to run");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {700, 1200, 1800})
    void anEvaluation(int milliseconds) throws Exception {
        Path texts = folder.resolve("texts");
        Files.writeString(texts, "there is no lung .\n".repeat(2000));
        try (Program program = Program.start(
                folder,
                Map.of(),
                "evaluate",
                "--text",
                texts.toString(),
                "--model",
                "large",
                "--store",
                store.toString())) {
            Thread.sleep(milliseconds);
            program.terminate();

            assertEnded(program, SIGTERM);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {700, 1500})
    void aBenchmark(int milliseconds) throws Exception {
        Path temp = Files.createDirectory(folder.resolve("temp"));
        try (Program program =
                Program.start(folder, Map.of(), List.of("-Djava.io.tmpdir=" + temp), "bench", "engine")) {
            Thread.sleep(milliseconds);
            program.terminate();

            assertEnded(program, SIGTERM);
            assertThat(Folders.names(temp)).noneMatch(name -> name.startsWith("unmask-"));
        }
    }

    /** While the next model is read, verified, opened and warmed up beside the one in service. */
    @ParameterizedTest
    @ValueSource(ints = {0, 400, 900})
    void aReload(int milliseconds) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try (Service service = Service.ready(
                folder,
                Map.of("UNMASK_MODEL", "large", "UNMASK_MODEL_STORE", store.toString(), "UNMASK_ADMIN_KEY", ADMIN))) {
            AtomicInteger answered = new AtomicInteger();
            AtomicInteger lost = new AtomicInteger();
            List<Future<Void>> clients = new ArrayList<>();
            for (int client = 0; client < 3; client++) {
                clients.add(threads.submit(new PersistentClient(service, false, answered, lost)));
            }
            await("the load to begin").until(() -> answered.get() > 10);
            HttpRequest reload = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:%d/admin/reload".formatted(service.managementPort())))
                    .header("Authorization", "Bearer " + ADMIN)
                    .POST(HttpRequest.BodyPublishers.noBody())
                    .build();
            HttpClient.newHttpClient().sendAsync(reload, BodyHandlers.discarding());
            await("the reload to begin").until(() -> service.log().contains("Reloading the model"));
            Thread.sleep(milliseconds);
            service.terminate();

            assertThat(service.exitCode()).as(service.log()).isEqualTo(SIGTERM);
            for (Future<Void> client : clients) {
                client.get();
            }
            assertThat(lost).as("of %d requests", answered.get()).hasValue(0);
            assertThat(service.log()).doesNotContain("SIGSEGV", "\tat ");
        } finally {
            threads.shutdownNow();
        }
    }
}
