package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Texts with the ids and the decodings that transformers 5.17.0 (tokenizers 0.23.2) answered for
 * the toy model's vocabulary, under three configurations; the later two hold only what they change.
 */
class ReferenceTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TestFactory
    Stream<DynamicTest> encodes_and_decodes_as_the_reference_recorded(@TempDir Path folder) throws Exception {
        Map<String, List<JsonNode>> byConfig = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/text/reference.jsonl"))) {
            JsonNode row = MAPPER.readTree(line);
            byConfig.computeIfAbsent(row.get("config").toString(), key -> new ArrayList<>())
                    .add(row);
        }
        assertThat(byConfig).hasSize(3);
        List<DynamicTest> tests = new ArrayList<>();
        for (Map.Entry<String, List<JsonNode>> entry : byConfig.entrySet()) {
            Tokenizer tokenizer = Tokenizer.open(Folders.toyWith(folder, entry.getKey()));
            entry.getValue().forEach(row -> tests.add(test(tokenizer, row)));
        }
        return tests.stream();
    }

    private static DynamicTest test(Tokenizer tokenizer, JsonNode row) {
        String name = row.get("config") + " " + row.get("text");
        return DynamicTest.dynamicTest(name, () -> {
            int[] ids = MAPPER.convertValue(row.get("ids"), int[].class);
            assertThat(tokenizer.encode(row.get("text").textValue(), true)).isEqualTo(ids);
            assertThat(tokenizer.decode(ids, true)).isEqualTo(row.get("skip").textValue());
            assertThat(tokenizer.decode(ids, false)).isEqualTo(row.get("all").textValue());
        });
    }
}
