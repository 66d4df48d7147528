package dev.unmask.checkpoint;

import static dev.unmask.checkpoint.SafetensorsWriter.entry;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsRefusalTest {
    private static final String ONE = entry("U8", "[1]", 0, 1);

    @TempDir
    Path folder;

    private ThrowableAssertAlternative<Fault> refused(byte[] file) throws IOException {
        Path path = Files.write(folder.resolve("model.safetensors"), file);
        return assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> Safetensors.open(path).close())
                .matches(fault -> fault.kind() == Fault.Kind.MODEL_REFUSED)
                .withMessageNotContaining(folder.toString());
    }

    private ThrowableAssertAlternative<Fault> refused(String header, int dataBytes) throws IOException {
        return refused(SafetensorsWriter.file(header, new byte[dataBytes]));
    }

    @Test
    void aFileThatIsMissing() {
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> Safetensors.open(folder.resolve("none.safetensors")))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.STORAGE))
                .withMessageStartingWith("none.safetensors can't be read: ");
    }

    @Test
    void aFolder() {
        assertThatExceptionOfType(Fault.class).isThrownBy(() -> Safetensors.open(folder));
    }

    @Test
    void aFileOfFewerThanEightBytes() throws IOException {
        refused(new byte[7]).withMessage("model.safetensors is 7 bytes long; a safetensors file has at least 8.");
    }

    @Test
    void aHeaderBeyondTheLimit() throws IOException {
        refused(SafetensorsWriter.file(100_000_001, new byte[9], new byte[0]))
                .withMessageContaining("100000001 bytes long; 100000000 is the most allowed");
    }

    @Test
    void aHeaderLengthBeyondSignedNumbers() throws IOException {
        refused(SafetensorsWriter.file(-1, new byte[9], new byte[0]))
                .withMessageContaining("18446744073709551615 bytes long");
    }

    @Test
    void aHeaderLongerThanTheFile() throws IOException {
        refused(SafetensorsWriter.file(10, new byte[9], new byte[0]))
                .withMessageContaining("10 bytes long, but only 9 bytes follow");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
          ``              | doesn't begin with '{'
          []              | doesn't begin with '{'
          ` {}`           | doesn't begin with '{'
          {               | not valid JSON
          {}x             | not valid JSON
          {}{}            | goes on after its JSON object
          {'a':1}         | not valid JSON
          {"a":NaN}       | not valid JSON
          {},             | not valid JSON
          {"a":1}         | "a" is described by something else than an object
          {"a":["U8",[1],[0,1]]} | "a" is described by something else than an object
          {"a":{}}        | "a" needs dtype, shape and two data_offsets
          {"__metadata__":1}       | must be an object of strings
          {"__metadata__":{"k":1}} | only strings, but not in "k"
          {"__metadata__":{"k":null}} | only strings, but not in "k"
          {"__metadata__":{},"__metadata__":{}} | "__metadata__" twice
          """)
    void headersThatAreNotASafetensorsHeader(String header, String sentence) throws IOException {
        refused(header, 0).withMessageContaining(sentence);
    }

    @Test
    void aHeaderThatIsNotUtf8() throws IOException {
        byte[] header = ("{\"\u00ff\":" + ONE + "}").getBytes(ISO_8859_1);
        refused(SafetensorsWriter.file(header, new byte[1])).withMessageContaining("not valid UTF-8");
        byte[] overlong = ("{\"\u00c0\u0080\":" + ONE + "}").getBytes(ISO_8859_1);
        refused(SafetensorsWriter.file(overlong, new byte[1])).withMessageContaining("not valid UTF-8");
    }

    @Test
    void namesAndMetadataWithHalfASurrogatePair() throws IOException {
        refused("{\"a\\ud800\":" + ONE + "}", 1).withMessageContaining("\"a?\" is not valid Unicode");
        refused("{\"__metadata__\":{\"a\\ud800\":\"b\"}}", 0).withMessageContaining("\"a?\" is not valid Unicode");
        refused("{\"__metadata__\":{\"a\":\"b\\udfff\"}}", 0).withMessageContaining("\"b?\" is not valid Unicode");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
          {"dtype":"F31","shape":[1],"data_offsets":[0,1]}  | is of the unknown type "F31"
          {"dtype":"f32","shape":[1],"data_offsets":[0,4]}  | is of the unknown type "f32"
          {"dtype":5,"shape":[1],"data_offsets":[0,1]}      | has a dtype that is no string
          {"dtype":"U8","shape":1,"data_offsets":[0,1]}     | has a shape that is no array
          {"dtype":"U8","shape":[1.0],"data_offsets":[0,1]} | something else than integers
          {"dtype":"U8","shape":[-1],"data_offsets":[0,1]}  | something else than integers
          {"dtype":"U8","shape":[-0],"data_offsets":[0,0]}  | something else than integers
          {"dtype":"U8","shape":["1"],"data_offsets":[0,1]} | something else than integers
          {"dtype":"U8","shape":[[1]],"data_offsets":[0,1]} | something else than integers
          {"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]} | something else than
          {"dtype":"U8","shape":[1],"data_offsets":[0]}     | needs dtype, shape and two data_offsets
          {"dtype":"U8","shape":[1],"data_offsets":[0,1,2]} | has more than 2 numbers in data_offsets
          {"dtype":"U8","shape":[1]}                        | needs dtype, shape and two data_offsets
          {"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]} | has dtype twice
          {"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}  | has shape twice
          {"dtype":"U8","shape":[1],"data_offsets":[0,1],"data_offsets":[0,1]} | has data_offsets twice
          {"dtype":"F32","shape":[1],"data_offsets":[0,1]}  | has 1 bytes, but F32 [1] takes 4
          {"dtype":"U8","shape":[2],"data_offsets":[0,1]}   | has 1 bytes, but U8 [2] takes 2
          {"dtype":"U8","shape":[1],"data_offsets":[1,0]}   | ends at byte 0, before its begin 1
          {"dtype":"U8","shape":[1],"data_offsets":[1,2]}   | there must be no gaps
          {"dtype":"U8","shape":[4294967296,4294967296,0],"data_offsets":[0,0]} | is too large
          {"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}    | is too large
          """)
    void entriesThatAreWrongAreNamed(String entry, String sentence) throws IOException {
        refused("{\"the.tensor\":" + entry + "}", 1)
                .withMessageContaining("tensor \"the.tensor\"")
                .withMessageContaining(sentence);
    }

    @Test
    void overlapsAreRefusedAndNamed() throws IOException {
        String header = "{\"a\":" + entry("U8", "[2]", 0, 2) + ",\"b\":" + entry("U8", "[2]", 1, 3);
        refused(header + "}", 3).withMessageContaining("\"b\" begins at byte 1 of the data");
    }

    @Test
    void twoTensorsOnTheSameBytesAreRefused() throws IOException {
        refused("{\"a\":" + ONE + ",\"b\":" + ONE + "}", 1).withMessageContaining("no overlaps");
    }

    @Test
    void trailingBytesAreRefused() throws IOException {
        refused("{\"a\":" + ONE + "}", 2).withMessageContaining("has 2 bytes of data, but its tensors take 1");
    }

    @Test
    void missingBytesAreRefused() throws IOException {
        refused("{\"a\":" + ONE + "}", 0).withMessageContaining("has 0 bytes of data, but its tensors take 1");
    }

    @Test
    void moreDimensionsOrTensorsThanAnyModelHasAreRefused() throws IOException {
        String ones = "1,".repeat(SafetensorsHeader.MOST_DIMENSIONS) + "1";
        refused("{\"a\":" + entry("U8", "[" + ones + "]", 0, 1) + "}", 1)
                .withMessageContaining("more than 32 numbers in shape");
        String many = IntStream.rangeClosed(0, SafetensorsHeader.MOST_TENSORS)
                .mapToObj(i -> "\"" + i + "\":" + entry("U8", "[0]", 0, 0))
                .collect(Collectors.joining(","));
        refused("{" + many + "}", 0).withMessageContaining("more than 100000 tensors");
    }

    @Test
    void hostileNamesDoNotReachTheSentenceAsTheyAre() throws IOException {
        refused("{\"a\\nb" + "c".repeat(1000) + "\":1}", 0)
                .withMessageContaining("a?bccc")
                .withMessageContaining("…")
                .matches(fault -> fault.getMessage().length() < 400);
    }
}
