package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths of others are taken. */
class PlainPathTest {
    private static final Path FOLDER = Path.of("/srv/store");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "config.json",
                "onnx/model.onnx",
                "1_Pooling/config.json",
                ".gitattributes",
                "a b",
                "..a",
                "é/中",
                "console"
            })
    void pathsOfRepositoriesAreTaken(String path) {
        assertThat(PlainPath.problem(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "./a",
                "a/.",
                "../a",
                "a/../b",
                "a/..",
                "a\\b",
                "C:/a",
                "a:b",
                "a\nb",
                "a\u0000b",
                "a\u007fb",
                "a\u0085b",
                "a.",
                "a ",
                "a./b",
                "CON",
                "nul.txt",
                "a/Aux.json",
                "com1",
                "LPT9.x",
                "\ud800"
            })
    void otherPathsAreRefused(String path) {
        assertThat(PlainPath.problem(path)).isPresent();
    }

    @Example
    void longPathsAreRefused() {
        assertThat(PlainPath.problem("a".repeat(255))).isEmpty();
        assertThat(PlainPath.problem("a".repeat(256))).isPresent();
        assertThat(PlainPath.problem("abc/".repeat(250) + "a")).isPresent();
    }

    @Property(tries = 2000)
    void whatIsTakenLiesInTheFolder(
            @ForAll @StringLength(max = 12) @CharRange(from = '-', to = '/') @CharRange(from = 'a', to = 'b')
                    String path) {
        if (PlainPath.problem(path).isEmpty()) {
            Path resolved = FOLDER.resolve(path);
            assertThat(resolved.normalize().equals(resolved)).as(path).isTrue();
            assertThat(resolved.startsWith(FOLDER) && !resolved.equals(FOLDER))
                    .as(path)
                    .isTrue();
        }
    }
}
