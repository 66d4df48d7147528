package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Byte-level BPE of RoBERTa and ModernBERT, against ids that transformers recorded. */
class OtherFamiliesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "modernbert"})
    void textsHaveTheReferencesIds(String name) throws IOException {
        try (Tokenizer tokenizer = Tokenizer.open(Folders.ONNX.resolve(name))) {
            checkIds(tokenizer, name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "modernbert"})
    void theMaskSwallowsTheSpaceBeforeItAndIsCaseSensitive(String name) {
        try (Tokenizer tokenizer = Tokenizer.open(Folders.ONNX.resolve(name))) {
            String mask = tokenizer.specialTokens().maskToken();
            assertThat(tokenizer.encode("no   " + mask, false)).isEqualTo(tokenizer.encode("no" + mask, false));
            assertThat(tokenizer.encode(mask, false))
                    .containsExactly(tokenizer.specialTokens().mask());
            assertThat(tokenizer.encode(swapped(mask), false))
                    .doesNotContain(tokenizer.specialTokens().mask());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"roberta", "modernbert"})
    void spacesBeforePunctuationStayWhateverTheSettingsSay(String name) throws IOException {
        Path source = Folders.ONNX.resolve(name);
        Files.copy(source.resolve("tokenizer.json"), folder.resolve("tokenizer.json"));
        ObjectNode config =
                (ObjectNode) new ObjectMapper().readTree(Files.readString(source.resolve("tokenizer_config.json")));
        Folders.with(
                folder,
                "tokenizer_config.json",
                config.put("clean_up_tokenization_spaces", true).toString());
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.settings().cleanUpSpaces()).isTrue();
            assertThat(tokenizer.decode(tokenizer.encode("clear lungs .", false), false))
                    .isEqualTo("clear lungs .");
        }
    }

    private static String swapped(String mask) {
        return mask.equals("<mask>") ? "<MASK>" : "[mask]";
    }

    private static void checkIds(Tokenizer tokenizer, String name) throws IOException {
        int checked = 0;
        for (String line : Files.readAllLines(Folders.ONNX.resolve(name + ".jsonl"))) {
            JsonNode recorded = new ObjectMapper().readTree(line);
            int[] ids = new ObjectMapper().convertValue(recorded.path("ids"), int[].class);
            assertThat(tokenizer.encode(recorded.path("text").textValue(), true))
                    .as(line)
                    .isEqualTo(ids);
            checked++;
        }
        assertThat(checked).isGreaterThan(5);
    }
}
