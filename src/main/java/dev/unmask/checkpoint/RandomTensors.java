package dev.unmask.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tensors of a BERT masked language model with BERT's initial weights before training: uniform around 0 with a standard
 * deviation of 0.02, and around 1 for the factors of layer norms. An element depends on its tensor's name and its index
 * alone, so that nothing is kept.
 */
final class RandomTensors implements TensorSource {
    /** Of a uniform distribution, its bound is √3 standard deviations. */
    private static final float BOUND = 0.02f * (float) Math.sqrt(3);

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();

    RandomTensors(BertConfig config) {
        long hidden = config.hidden();
        add("embeddings.word_embeddings.weight", config.vocabulary(), hidden);
        add("embeddings.position_embeddings.weight", config.positions(), hidden);
        add("embeddings.token_type_embeddings.weight", config.tokenTypes(), hidden);
        norm("embeddings.LayerNorm", hidden);
        for (int layer = 0; layer < config.layers(); layer++) {
            String name = "encoder.layer." + layer + ".";
            linear(name + "attention.self.query", hidden, hidden);
            linear(name + "attention.self.key", hidden, hidden);
            linear(name + "attention.self.value", hidden, hidden);
            linear(name + "attention.output.dense", hidden, hidden);
            norm(name + "attention.output.LayerNorm", hidden);
            linear(name + "intermediate.dense", config.intermediate(), hidden);
            linear(name + "output.dense", hidden, config.intermediate());
            norm(name + "output.LayerNorm", hidden);
        }
        linear("cls.predictions.transform.dense", hidden, hidden);
        norm("cls.predictions.transform.LayerNorm", hidden);
        add("cls.predictions.bias", config.vocabulary());
    }

    private void linear(String name, long out, long in) {
        add(name + ".weight", out, in);
        add(name + ".bias", out);
    }

    private void norm(String name, long size) {
        add(name + ".weight", size);
        add(name + ".bias", size);
    }

    private void add(String name, long... shape) {
        float middle = name.endsWith("LayerNorm.weight") ? 1 : 0;
        tensors.put(name, new RandomTensor(name, shape, middle));
    }

    @Override
    public Set<String> names() {
        return tensors.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        return tensors.get(name);
    }

    @Override
    public void close() {
        // There is nothing to release.
    }

    private record RandomTensor(String name, long[] shape, float middle) implements Tensor {
        @Override
        public DType dtype() {
            return DType.F32;
        }

        @Override
        public long[] shape() {
            return shape.clone();
        }

        @Override
        public void read(long from, float[] into, int at, int length) {
            long seed = (long) name.hashCode() << 32;
            for (int i = 0; i < length; i++) {
                into[at + i] = middle + BOUND * unit(seed + from + i);
            }
        }

        /** Between -1 and 1: splitmix64's output function (Steele, Lea and Flood, 2014), its upper 24 bits. */
        private static float unit(long index) {
            long bits = (index + 1) * 0x9e3779b97f4a7c15L;
            bits = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
            bits = (bits ^ (bits >>> 27)) * 0x94d049bb133111ebL;
            return ((bits ^ (bits >>> 31)) >>> 40) * 0x1p-23f - 1;
        }
    }
}
