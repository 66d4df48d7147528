package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The store while processes come, go and meet in it. */
class StoreIT {
    private Path folder;
    private Path store;

    @BeforeEach
    void makeFolder() throws Exception {
        folder = Program.folder();
        store = folder.resolve("store");
    }

    @Test
    void twoServicesThatStartAtOnceShareAStore() throws Exception {
        Map<String, String> settings = Map.of("UNMASK_MODEL_STORE", store.toString());
        try (Service one = Service.launch(folder, settings);
                Service other = Service.launch(folder, settings)) {
            one.awaitReady().assertAnswers();
            other.awaitReady().assertAnswers();
            assertThat(Folders.names(store)).containsExactly(".cache");
            assertThat(Folders.names(store.resolve(".cache")))
                    .as("one import for both")
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f]+");
        }
    }

    @Test
    void aStoreThatCannotBeWrittenIsDoneWithout() throws Exception {
        Files.writeString(store, "no folder");
        Path temp = Files.createDirectory(folder.resolve("temp"));
        try (Service service = Service.launch(folder, Map.of(), List.of("-Djava.io.tmpdir=" + temp))) {
            service.awaitReady().assertAnswers();

            assertThat(service.log()).contains("The store is not writable", "temp folder");
            assertThat(Folders.names(temp)).anyMatch(name -> name.startsWith("unmask-"));
            service.terminate();
            assertThat(service.exitCode()).isEqualTo(143);
            assertThat(Folders.names(temp)).noneMatch(name -> name.startsWith("unmask-"));
            assertThat(store).hasContent("no folder");
        }
    }

    /** The weights are a hole on disk, but to be written out they take a while. */
    @Test
    void anImportThatIsToldToStopLeavesNothingBehind() throws Exception {
        Path large = new ToyCheckpoint().stretched("intermediate_size", 500_000).write(folder.resolve("large"));
        try (Program program = importing(large, "large")) {
            await("the first weights")
                    .atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .untilAsserted(() -> {
                        assertThat(program.running()).as(program.output()).isTrue();
                        assertThat(Files.size(Folders.first(store, ".large.partial-*[0-9a-f]")
                                        .resolve("model.weights")))
                                .isPositive();
                    });
            program.terminate();

            assertThat(program.exitCode()).as(program.output()).isEqualTo(143);
            assertThat(program.output()).doesNotContain("Imported", "\tat ");
            assertThat(Folders.names(store)).isEmpty();
        }
    }

    @Test
    void whatAKilledImportLeftIsRemovedByTheNext() throws Exception {
        Path left = Files.createDirectories(store.resolve(".toy.partial-0b2a"));
        Files.writeString(left.resolve("model.weights"), "half");
        try (Program program = importing(Service.TOY, "toy")) {
            assertThat(program.exitCode()).as(program.output()).isZero();
        }

        assertThat(Folders.names(store)).containsExactly("toy");
    }

    private Program importing(Path source, String name) throws Exception {
        return Program.start(
                folder, Map.of(), "import", source.toString(), "--name", name, "--store", store.toString());
    }
}
