package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the store holds, listed, verified and removed. */
class ModelsCommandTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    @TempDir
    private Path folder;

    private Path store;

    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void name() {
        store = folder.resolve("store");
    }

    private Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--store", store.toString()))
                .toArray(String[]::new);
        int code = Unmask.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all);
        return new Outcome(code, out.toString(), err.toString());
    }

    private void importToy(String name) {
        assertThat(run("import", TOY.toString(), "--name", name).code()).isZero();
    }

    private void checkpoint(String name) throws IOException {
        Path copy = Files.createDirectories(store.resolve(name));
        try (Stream<Path> files = Files.list(TOY)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
    }

    private List<String> line(String name) {
        return run("models", "list")
                .out()
                .lines()
                .filter(row -> row.startsWith(name + " "))
                .findFirst()
                .map(row -> List.of(row.split(" {2,}")))
                .orElseThrow();
    }

    @Test
    void aListTellsOfEachModelWhatItIs() throws IOException {
        importToy("one");
        checkpoint("two");
        importToy("three");
        Files.delete(store.resolve("three/manifest.json"));
        importToy("four");
        Files.writeString(store.resolve("four/manifest.json"), "{");
        Files.createDirectories(store.resolve("five"));
        Files.createDirectories(store.resolve(".six.partial-77"));
        Files.createDirectories(store.resolve(".downloads/acme--toy--0123"));

        assertThat(line("one").subList(0, 3)).containsExactly("one", "imported", "fp32");
        assertThat(line("one").get(3)).matches("0\\.[1-9] MiB");
        assertThat(line("one").get(4)).matches("[0-9a-f]{12}");
        assertThat(line("one").get(5)).isEqualTo("toy-model");
        assertThat(line("two").get(1)).isEqualTo("checkpoint");
        assertThat(line("three").get(1)).isEqualTo("unfinished");
        assertThat(line("four").get(1)).isEqualTo("damaged");
        assertThat(line("five").get(1)).isEqualTo("unknown");
        assertThat(line(".six.partial-77").get(1)).isEqualTo("unfinished");
        assertThat(line(".downloads/acme--toy--0123").get(1)).isEqualTo("unfinished");
    }

    @Test
    void aMissingStoreHoldsNothing() {
        assertThat(run("models", "list"))
                .isEqualTo(new Outcome(
                        0, "The store \"%s\" holds no models.%s".formatted(store, System.lineSeparator()), ""));
        assertThat(store).doesNotExist();
    }

    @Test
    void verifyingNamesTheFileThatDiffersAndContinues() throws IOException {
        importToy("bad");
        importToy("good");
        Path weights = store.resolve("bad/model.weights");
        byte[] bytes = Files.readAllBytes(weights);
        bytes[bytes.length / 2] ^= 1;
        Files.write(weights, bytes);

        Outcome all = run("models", "verify");
        assertThat(all.code()).isEqualTo(1);
        assertThat(all.out()).isEqualTo("good: 6 files are unchanged" + System.lineSeparator());
        assertThat(all.err()).startsWith("The file \"model.weights\" of the model \"bad\" differs from the manifest");
        assertThat(run("models", "verify", "bad").code()).isEqualTo(1);
        assertThat(run("models", "verify", "good").code()).isZero();
    }

    @Test
    void whatHasNoDigestsCannotBeVerified() throws IOException {
        checkpoint("raw");

        Outcome outcome = run("models", "verify", "raw");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("\"raw\" has no manifest.json").contains("imported at first start");
        assertThat(run("models", "verify").code())
                .as("there is nothing that fails")
                .isZero();
    }

    @Test
    void aModelIsRemovedOnlyWhenThatIsConfirmed() {
        importToy("toy");

        Outcome asked = run("models", "remove", "toy");
        assertThat(asked.code()).isEqualTo(1);
        assertThat(asked.err()).startsWith("Nothing was removed; use --yes");
        assertThat(store.resolve("toy")).isDirectory();

        assertThat(run("models", "remove", "toy", "--yes"))
                .isEqualTo(new Outcome(0, "Removed \"toy\"" + System.lineSeparator(), ""));
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void aLinkIsListedWithWhatItLeadsTo() throws IOException {
        importToy("one");
        Files.createSymbolicLink(store.resolve("current"), Path.of("one"));

        Files.createSymbolicLink(store.resolve("lost"), Path.of("gone"));
        assertThat(line("current").subList(0, 3)).containsExactly("current -> one", "link", "fp32");
        assertThat(line("lost").subList(0, 2)).containsExactly("lost -> gone", "dangling");
        assertThat(line("current").get(4)).isEqualTo(line("one").get(4));
        assertThat(run("models", "verify").out().lines().filter(told -> told.contains("one")))
                .as("once")
                .hasSize(1);
    }

    @Test
    void aLinkIsRemovedAndNotWhatItLeadsTo() throws IOException {
        Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("mine.txt"), "mine");
        Files.createDirectories(store);
        Files.createSymbolicLink(store.resolve("link"), elsewhere);

        assertThat(run("models", "remove", "link", "--yes").code()).isZero();

        assertThat(store).isEmptyDirectory();
        assertThat(elsewhere.resolve("mine.txt")).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../elsewhere", "/tmp", ".downloads", "a/b", ""})
    void aNameThatLeadsOutOfTheStoreIsRefused(String name) throws IOException {
        Files.createDirectories(store.resolve(".downloads"));
        Files.createDirectories(folder.resolve("elsewhere"));

        Outcome outcome = run("models", "remove", name, "--yes");

        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.err()).contains("is not a valid model name");
        assertThat(folder.resolve("elsewhere")).isDirectory();
        assertThat(store.resolve(".downloads")).isDirectory();
    }

    @Test
    void aMissingModelCannotBeRemovedOrVerified() {
        for (String command : List.of("remove", "verify")) {
            Outcome outcome = command.equals("remove")
                    ? run("models", "remove", "absent", "--yes")
                    : run("models", "verify", "absent");
            assertThat(outcome.code()).isEqualTo(1);
            assertThat(outcome.err()).startsWith("There is no model \"absent\" in the store");
        }
    }

    @Test
    void whatIsUnfinishedIsRemovedOnDemand() throws IOException {
        importToy("toy");
        Files.createDirectories(store.resolve(".six.partial-77"));
        Files.createDirectories(store.resolve(".downloads/acme--toy--0123/onnx"));

        assertThat(run("models", "remove", "--unfinished", "--yes").out())
                .isEqualTo("Removed 2 unfinished downloads and imports" + System.lineSeparator());
        assertThat(run("models", "list").out().lines())
                .hasSize(2)
                .last()
                .asString()
                .startsWith("toy ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"models", "models remove", "models remove toy --unfinished", "models frobnicate"})
    void wrongUsageIsExplained(String arguments) {
        assertThat(Unmask.commandLine()
                        .setErr(new PrintWriter(new StringWriter()))
                        .execute(arguments.split(" ")))
                .isEqualTo(2);
    }
}
