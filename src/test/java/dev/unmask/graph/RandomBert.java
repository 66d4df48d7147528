package dev.unmask.graph;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * A checkpoint of random weights.
 *
 * @param layers encoder layers
 * @param heads attention heads
 * @param headSize width of one head
 * @param intermediate width of the feed-forward block
 * @param vocabulary rows of the word embeddings
 * @param positions rows of the position embeddings
 * @param activation {@code hidden_act}
 * @param epsilon {@code layer_norm_eps}
 * @param dtype how the weights are stored: F32, F16 or BF16
 * @param ownDecoder whether the head has a decoder of its own, other than the word embeddings
 * @param projection size of CXR-BERT's projection head, 0 for none
 * @param seed of the weights
 */
public record RandomBert(
        int layers,
        int heads,
        int headSize,
        int intermediate,
        int vocabulary,
        int positions,
        String activation,
        double epsilon,
        String dtype,
        boolean ownDecoder,
        int projection,
        long seed) {

    /** Without a projection head. */
    RandomBert(
            int layers,
            int heads,
            int headSize,
            int intermediate,
            int vocabulary,
            int positions,
            String activation,
            double epsilon,
            String dtype,
            boolean ownDecoder,
            long seed) {
        this(
                layers,
                heads,
                headSize,
                intermediate,
                vocabulary,
                positions,
                activation,
                epsilon,
                dtype,
                ownDecoder,
                0,
                seed);
    }

    int hidden() {
        return heads * headSize;
    }

    /** Writes config.json and model.safetensors. */
    public void write(Path folder) throws IOException {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", projection > 0 ? "cxr-bert" : "bert");
        if (projection > 0) {
            config.put("projection_size", projection);
        }
        config.put("num_hidden_layers", layers);
        config.put("hidden_size", hidden());
        config.put("num_attention_heads", heads);
        config.put("intermediate_size", intermediate);
        config.put("vocab_size", vocabulary);
        config.put("max_position_embeddings", positions);
        config.put("type_vocab_size", 2);
        config.put("hidden_act", activation);
        config.put("layer_norm_eps", epsilon);
        Files.write(folder.resolve("config.json"), new ObjectMapper().writeValueAsBytes(config));
        Files.write(folder.resolve("model.safetensors"), new Weights(new Random(seed)).all());
    }

    /** The tensors that transformers writes for a BertForMaskedLM. */
    private final class Weights {
        private final Random random;
        private final SafetensorsWriter file = new SafetensorsWriter();

        Weights(Random random) {
            this.random = random;
        }

        byte[] all() {
            int hidden = hidden();
            tensor("bert.embeddings.word_embeddings.weight", vocabulary, hidden);
            tensor("bert.embeddings.position_embeddings.weight", positions, hidden);
            tensor("bert.embeddings.token_type_embeddings.weight", 2, hidden);
            norm("bert.embeddings.LayerNorm");
            for (int i = 0; i < layers; i++) {
                String layer = "bert.encoder.layer." + i + ".";
                linear(layer + "attention.self.query", hidden, hidden);
                linear(layer + "attention.self.key", hidden, hidden);
                linear(layer + "attention.self.value", hidden, hidden);
                linear(layer + "attention.output.dense", hidden, hidden);
                norm(layer + "attention.output.LayerNorm");
                linear(layer + "intermediate.dense", intermediate, hidden);
                linear(layer + "output.dense", hidden, intermediate);
                norm(layer + "output.LayerNorm");
            }
            linear("cls.predictions.transform.dense", hidden, hidden);
            norm("cls.predictions.transform.LayerNorm");
            tensor("cls.predictions.bias", vocabulary);
            if (ownDecoder) {
                tensor("cls.predictions.decoder.weight", vocabulary, hidden);
            }
            if (projection > 0) {
                linear("cls_projection_head.dense_to_hidden", projection, hidden);
                tensor("cls_projection_head.LayerNorm.weight", projection);
                tensor("cls_projection_head.LayerNorm.bias", projection);
                linear("cls_projection_head.dense_to_output", projection, projection);
            }
            return file.file();
        }

        private void linear(String name, long out, long in) {
            tensor(name + ".weight", out, in);
            tensor(name + ".bias", out);
        }

        private void norm(String name) {
            tensor(name + ".weight", hidden());
            tensor(name + ".bias", hidden());
        }

        private void tensor(String name, long... shape) {
            int count = 1;
            for (long dimension : shape) {
                count *= (int) dimension;
            }
            ByteBuffer bytes =
                    ByteBuffer.allocate(count * (dtype.equals("F32") ? 4 : 2)).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < count; i++) {
                put(bytes, (float) (0.5 * random.nextGaussian()));
            }
            file.tensor(name, dtype, shape, bytes.array());
        }

        private void put(ByteBuffer bytes, float value) {
            switch (dtype) {
                case "F32" -> bytes.putFloat(value);
                case "BF16" -> bytes.putShort((short) (Float.floatToIntBits(value) >>> 16));
                case "F16" -> bytes.putShort(half(value));
                default -> throw new IllegalArgumentException(dtype);
            }
        }

        /** Cut, not rounded, and never subnormal: any half will do. */
        private static short half(float value) {
            int bits = Float.floatToIntBits(value);
            int sign = bits >>> 16 & 0x8000;
            int exponent = (bits >>> 23 & 0xff) - 127 + 15;
            return (short) (exponent <= 0 ? sign : sign | exponent << 10 | bits >>> 13 & 0x3ff);
        }
    }
}
