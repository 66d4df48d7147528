package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.checkpoint.TinyCheckpoint;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and what is printed where; no command here starts a server. */
class CommandLineTest {
    private static final String TOY = "src/test/resources/toy-model";
    /** As documented, and as scripts rely on. */
    private static final int DONE = 0;

    private static final int REFUSED = 1;
    private static final int WRONG_USAGE = 2;

    @TempDir
    private Path folder;

    private record Outcome(int code, String out, String err) {}

    private static Outcome run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Unmask.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(Unmask.withCommand(arguments));
        return new Outcome(code, out.toString(), err.toString());
    }

    private Outcome importInto(String store, String... arguments) {
        return run(Stream.concat(
                        Stream.of("import", "--store", folder.resolve(store).toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({
        "--help, Usage: unmask, serve",
        "-h, Usage: unmask, import",
        "help, Usage: unmask, Exit codes",
        "import --help, Usage: unmask import, --precision",
        "help import, Usage: unmask import, Exit codes",
        "serve --help, Usage: unmask serve, --management-port"
    })
    void helpIsPrintedAndIsNotAFailure(String arguments, String usage, String mentioned) {
        Outcome outcome = run(arguments.split(" "));

        assertThat(outcome.code()).isEqualTo(DONE);
        assertThat(outcome.out()).contains(usage).contains(mentioned);
        assertThat(outcome.err()).isEmpty();
    }

    @Test
    void everyOptionOfServeNamesItsSetting() {
        assertThat(run("serve", "--help").out())
                .contains("UNMASK_MODEL;", "UNMASK_MODEL_STORE;", "UNMASK_DEVICE;", "UNMASK_THREADS;")
                .contains("QUARKUS_HTTP_HOST;", "QUARKUS_HTTP_PORT;", "QUARKUS_MANAGEMENT_PORT;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--version", "-V"})
    void theVersionIsPrinted(String option) {
        assertThat(run(option)).isEqualTo(new Outcome(DONE, "unmask (development build)" + System.lineSeparator(), ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nonsense",
                "serve --nonsense",
                "serve --port many",
                "serve extra",
                "import",
                "import a b",
                "import a --nonsense",
                "import --name",
                "qqq"
            })
    void wrongUsageIsExplainedOnStandardError(String arguments) {
        Outcome outcome = run(arguments.split(" "));

        assertThat(outcome.code()).isEqualTo(WRONG_USAGE);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).contains("Usage: unmask").doesNotContain("\tat ");
    }

    @Test
    void withoutACommandItServes() {
        assertThat(Unmask.withCommand()).containsExactly("serve");
        assertThat(Unmask.withCommand("--port", "1")).containsExactly("serve", "--port", "1");
        assertThat(Unmask.withCommand("import", "x")).containsExactly("import", "x");
        assertThat(Unmask.withCommand("--help")).containsExactly("--help");
    }

    @Test
    void anImportSaysWhatItMadeAndHowToServeIt() {
        Outcome outcome = importInto("store", TOY, "--name", "toy");

        assertThat(outcome.code()).isEqualTo(DONE);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out().lines())
                .hasSize(2)
                .first()
                .asString()
                .matches("Imported \"toy\" \\(revision [0-9a-f]{12}, fp32\\): 2 layers of width 32, 165 pieces,"
                        + " 512 positions, in .*toy");
        assertThat(outcome.out()).endsWith("Serve it with UNMASK_MODEL=toy" + System.lineSeparator());
        assertThat(folder.resolve("store/toy/manifest.json")).isRegularFile();
    }

    @Test
    void anEntryHasTheFoldersNameUnlessItIsGivenOne() {
        assertThat(importInto("store", TOY + "/.").code()).isEqualTo(DONE);
        assertThat(folder.resolve("store/toy-model/manifest.json")).isRegularFile();
    }

    @Test
    void aSecondImportOfTheSameNameIsRefused() {
        importInto("store", TOY, "--name", "toy");

        assertRefused(
                importInto("store", TOY, "--name", "toy"),
                "The store already has a model \"toy\"; choose another --name, or remove it first.");
    }

    @Test
    void lowerCasingCanBeChosenByTrueOrFalse() {
        assertThat(importInto("store", TOY, "--name", "cased", "--do-lower-case", "false")
                        .code())
                .isEqualTo(DONE);
        assertThat(folder.resolve("store/cased/tokenizer_config.json"))
                .content()
                .contains("\"do_lower_case\":false");
        assertThat(importInto("store", TOY, "--do-lower-case", "maybe").code()).isEqualTo(WRONG_USAGE);
        assertThat(importInto("store", TOY, "--do-lower-case").code()).isEqualTo(WRONG_USAGE);
    }

    @Test
    void aMissingFolderIsRefusedAndNoStoreIsMade() {
        assertRefused(
                importInto("store", "no/such/folder"),
                "\"no/such/folder\" is not a folder; use the folder of a checkpoint, an archive of one, or hf://owner/name.");
        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void aFolderWithoutACheckpointIsRefused() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertRefused(importInto("store", empty.toString()), "There is no config.json in \"empty\".");
        assertThat(folder.resolve("store")).isEmptyDirectory();
    }

    @Test
    void aCheckpointThatCannotBeServedIsRefusedInOneSentence() throws IOException {
        Path headless = Files.createDirectory(folder.resolve("headless"));
        new TinyCheckpoint().remove("cls.predictions.").write(headless);
        Files.copy(Path.of(TOY, "vocab.txt"), headless.resolve("vocab.txt"));

        Outcome outcome = importInto("store", headless.toString());

        assertThat(outcome.code()).isEqualTo(REFUSED);
        assertThat(outcome.err().lines()).singleElement().asString().contains("cls.predictions");
    }

    @Test
    void aNameThatCannotBeAModelsIsRefused() {
        Outcome outcome = importInto("store", TOY, "--name", "../elsewhere");

        assertThat(outcome.code()).isEqualTo(REFUSED);
        assertThat(outcome.err()).startsWith("\"../elsewhere\" is not a valid model name; ");
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void aPrecisionThatIsNotMadeIsRefused() {
        assertRefused(
                importInto("store", TOY, "--precision", "fp8"),
                "--precision: The precision must be auto, fp32, fp16 or int8, but is \"fp8\".");
        assertThat(folder.resolve("store")).doesNotExist();
    }

    @Test
    void aStoreThatCannotBeWrittenIsRefusedInOneSentence() throws IOException {
        Files.writeString(folder.resolve("store"), "no folder");

        Outcome outcome = importInto("store", TOY);

        assertThat(outcome.code()).isEqualTo(REFUSED);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .startsWith("The import of \"toy-model\" failed and left nothing behind: ");
    }

    private static void assertRefused(Outcome outcome, String sentence) {
        assertThat(outcome).isEqualTo(new Outcome(REFUSED, "", sentence + System.lineSeparator()));
    }
}
