package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever a config.json says: it is read within its limits, or refused with a sentence. */
class BertConfigPropertiesTest {

    @Provide
    Arbitrary<Map<String, String>> configs() {
        Arbitrary<String> key = Arbitraries.of(
                "model_type",
                "num_hidden_layers",
                "hidden_size",
                "num_attention_heads",
                "intermediate_size",
                "vocab_size",
                "max_position_embeddings",
                "type_vocab_size",
                "layer_norm_eps",
                "hidden_act",
                "tie_word_embeddings",
                "position_embedding_type",
                "is_decoder",
                "other");
        Arbitrary<String> value = Arbitraries.oneOf(
                Arbitraries.integers().between(1, 2000).map(String::valueOf),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.doubles().map(String::valueOf),
                Arbitraries.of("true", "false", "null", "{}", "[]", "1e999", "-0", "1.0"),
                Arbitraries.of("\"gelu\"", "\"relu\"", "\"bert\"", "\"absolute\"", "\"\\ud800\""));
        return Arbitraries.maps(key, value).ofMaxSize(4);
    }

    @Property(tries = 800)
    void anyValuesAreRefusedOrInRange(@ForAll("configs") Map<String, String> values) throws IOException {
        String json = values.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\":" + entry.getValue())
                .collect(Collectors.joining(",", "{", "}"));
        assertRefusedOrInRange(json.getBytes(UTF_8));
    }

    @Property(tries = 500)
    void anyBytesAreRefusedOrInRange(@ForAll @Size(max = 100) byte[] bytes) throws IOException {
        assertRefusedOrInRange(bytes);
    }

    @Property(tries = 300)
    void sizesInRangeAreReadAsTheyAre(
            @ForAll @IntRange(min = 1, max = 1000) int layers,
            @ForAll @IntRange(min = 1, max = 256) int heads,
            @ForAll @IntRange(min = 1, max = 256) int headSize,
            @ForAll @IntRange(min = 1, max = 1_000_000) int rows)
            throws IOException {
        String json = """
        {"num_hidden_layers":%d,"num_attention_heads":%d,"hidden_size":%d,"vocab_size":%d}""".formatted(layers, heads, heads * headSize, rows);
        BertConfig config = read(json.getBytes(UTF_8));
        assertThat(config.layers()).isEqualTo(layers);
        assertThat(config.heads()).isEqualTo(heads);
        assertThat(config.hidden()).isEqualTo(heads * headSize);
        assertThat(config.vocabulary()).isEqualTo(rows);
    }

    private static void assertRefusedOrInRange(byte[] json) throws IOException {
        BertConfig config;
        try {
            config = read(json);
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
            assertThat(refused.getMessage()).isNotBlank().hasSizeLessThan(600);
            return;
        }
        assertThat(config.modelType()).isIn("bert", "cxr-bert");
        assertThat(config.hidden() % config.heads()).isZero();
        assertThat(config.layers()).isBetween(1, 1000);
        assertThat(config.hidden()).isBetween(1, 65_536);
        assertThat(config.intermediate()).isBetween(1, 1_000_000);
        assertThat(config.vocabulary()).isBetween(1, 1_000_000);
        assertThat(config.positions()).isBetween(1, 1_000_000);
        assertThat(config.tokenTypes()).isBetween(1, 1_000_000);
        assertThat(config.layerNormEpsilon()).isPositive().isLessThanOrEqualTo(1);
    }

    private static BertConfig read(byte[] json) throws IOException {
        Path path = Files.write(Files.createTempFile("config", ".json"), json);
        try {
            return BertConfig.of(ConfigJson.read(path));
        } finally {
            Files.delete(path);
        }
    }
}
