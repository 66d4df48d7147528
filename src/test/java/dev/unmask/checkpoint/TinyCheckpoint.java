package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A random BERT of 2 layers, 4 hidden, 2 heads, 6 intermediate, 11 rows of vocabulary, 5 positions
 * and 3 token types, all sizes different so that no dimension can stand in for another. It has the
 * tensors that transformers writes for a tied BertForMaskedLM; tests change them before writing.
 */
public final class TinyCheckpoint {
    static final int HIDDEN = 4;
    static final int INTERMEDIATE = 6;
    static final int VOCABULARY = 11;

    private record Part(String dtype, long[] shape, byte[] bytes) {}

    private final Random random = new Random(17);
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final ObjectNode config = new ObjectMapper().createObjectNode();

    public TinyCheckpoint() {
        config("model_type", "bert")
                .config("num_hidden_layers", 2)
                .config("hidden_size", HIDDEN)
                .config("num_attention_heads", 2)
                .config("intermediate_size", INTERMEDIATE)
                .config("vocab_size", VOCABULARY)
                .config("max_position_embeddings", 5)
                .config("type_vocab_size", 3);
        random("bert.embeddings.word_embeddings.weight", VOCABULARY, HIDDEN);
        random("bert.embeddings.position_embeddings.weight", 5, HIDDEN);
        random("bert.embeddings.token_type_embeddings.weight", 3, HIDDEN);
        norm("bert.embeddings.LayerNorm");
        for (int i = 0; i < 2; i++) {
            String layer = "bert.encoder.layer." + i + ".";
            linear(layer + "attention.self.query", HIDDEN, HIDDEN);
            linear(layer + "attention.self.key", HIDDEN, HIDDEN);
            linear(layer + "attention.self.value", HIDDEN, HIDDEN);
            linear(layer + "attention.output.dense", HIDDEN, HIDDEN);
            norm(layer + "attention.output.LayerNorm");
            linear(layer + "intermediate.dense", INTERMEDIATE, HIDDEN);
            linear(layer + "output.dense", HIDDEN, INTERMEDIATE);
            norm(layer + "output.LayerNorm");
        }
        linear("cls.predictions.transform.dense", HIDDEN, HIDDEN);
        norm("cls.predictions.transform.LayerNorm");
        random("cls.predictions.bias", VOCABULARY);
    }

    private void linear(String prefix, long out, long in) {
        random(prefix + ".weight", out, in);
        random(prefix + ".bias", out);
    }

    private void norm(String prefix) {
        random(prefix + ".weight", HIDDEN);
        random(prefix + ".bias", HIDDEN);
    }

    public TinyCheckpoint config(String key, Object value) {
        config.putPOJO(key, value);
        return this;
    }

    public TinyCheckpoint noConfig(String key) {
        config.remove(key);
        return this;
    }

    public TinyCheckpoint random(String name, long... shape) {
        float[] values = new float[(int) Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return tensor(name, "F32", shape, SafetensorsWriter.bytes(values));
    }

    public TinyCheckpoint tensor(String name, String dtype, long[] shape, byte[] bytes) {
        parts.put(name, new Part(dtype, shape, bytes));
        return this;
    }

    TinyCheckpoint copy(String from, String to) {
        parts.put(to, parts.get(from));
        return this;
    }

    public TinyCheckpoint remove(String prefix) {
        if (!parts.keySet().removeIf(name -> name.startsWith(prefix))) {
            throw new IllegalArgumentException(prefix);
        }
        return this;
    }

    TinyCheckpoint rename(UnaryOperator<String> change) {
        Map<String, Part> old = new LinkedHashMap<>(parts);
        parts.clear();
        old.forEach((name, part) -> parts.put(change.apply(name), part));
        return this;
    }

    Iterable<String> names() {
        return Arrays.asList(parts.keySet().toArray(String[]::new));
    }

    long[] shape(String name) {
        return parts.get(name).shape().clone();
    }

    /** Writes config.json and model.safetensors into a folder. */
    public Path write(Path folder) {
        SafetensorsWriter writer = new SafetensorsWriter().metadata("{\"format\":\"pt\"}");
        parts.forEach((name, p) -> writer.tensor(name, p.dtype(), p.shape(), p.bytes()));
        try {
            Files.write(folder.resolve("config.json"), config.toString().getBytes(UTF_8));
            Files.write(folder.resolve("model.safetensors"), writer.file());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        return folder;
    }
}
