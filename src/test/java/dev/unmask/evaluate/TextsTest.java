package dev.unmask.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the user's texts. */
class TextsTest {
    @TempDir
    private Path folder;

    private Path file(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("reports.txt"), bytes);
    }

    private Path file(String text) throws IOException {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachLineThatIsNotBlankIsAText() throws IOException {
        assertThat(Texts.read(file("\ufeffNo effusion.\r\n\r\n \t\n  Größe normal \nlast"))
                        .lines())
                .containsExactly("No effusion.", "Größe normal", "last");
    }

    @Test
    void wordsAreWhatWhiteSpaceParts() {
        assertThat(new Texts(List.of("No effusion, or\tpneumothorax .", "x")).words())
                .isEqualTo(6);
    }

    @Test
    void aLineThatIsNotUtf8IsRefusedByItsNumberAndNotQuoted() throws IOException {
        byte[] bytes = "first\nsecond secret\nthird".getBytes(StandardCharsets.UTF_8);
        bytes[8] = (byte) 0xfc;

        assertRefused(
                file(bytes), "Line 2 of the text file \"%s\" is not UTF-8; convert the file, for example with iconv.");
    }

    @Test
    void aFileWithoutTextIsRefused() throws IOException {
        assertRefused(
                file(" \n\r\n"), "The text file \"%s\" has no text; give it at least one line that is not blank.");
        assertRefused(file(""), "The text file \"%s\" has no text; give it at least one line that is not blank.");
    }

    @Test
    void aPathThatIsNotAFileIsRefused() {
        assertRefused(folder, "There is no text file \"%s\"; give a UTF-8 file with one text per line.");
        assertRefused(
                folder.resolve("none"), "There is no text file \"%s\"; give a UTF-8 file with one text per line.");
    }

    private static void assertRefused(Path file, String sentence) {
        assertThatThrownBy(() -> Texts.read(file))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessage(sentence.formatted(file));
    }

    @Property(tries = 200)
    void anyBytesAreReadOrRefusedInASentence(@ForAll byte[] bytes) throws IOException {
        Path file = Files.createTempFile("texts", ".txt");
        try {
            Files.write(file, bytes);
            assertThat(Texts.read(file).lines()).isNotEmpty().noneMatch(String::isBlank);
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.CONFIGURATION);
            assertThat(refused.getMessage()).endsWith(".");
        } finally {
            Files.delete(file);
        }
    }

    @Property
    void wordsAreThoseOfASplit(@ForAll List<String> lines) {
        long words = lines.stream()
                .flatMap(line -> Arrays.stream(line.codePoints()
                        .mapToObj(c -> Character.isWhitespace(c) ? " " : "x")
                        .reduce("", String::concat)
                        .split(" ")))
                .filter(word -> !word.isEmpty())
                .count();

        assertThat(new Texts(lines).words()).isEqualTo(words);
    }
}
