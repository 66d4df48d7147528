package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** A checkpoint without a file. */
class RandomCheckpointTest {
    private static final BertConfig CONFIG =
            new BertConfig("bert", 2, 64, 4, 96, 500, 40, 2, 1e-12, Activation.GELU, true, 128);

    @Test
    void everyTensorIsThereAndLooksLikeWeightsBeforeTraining() {
        try (Checkpoint checkpoint = Checkpoint.random(CONFIG)) {
            float[] words = checkpoint.wordEmbeddings().floats();
            double mean = 0;
            double square = 0;
            for (float value : words) {
                mean += value / words.length;
                square += (double) value * value / words.length;
            }
            assertThat(mean).isCloseTo(0, within(0.001));
            assertThat(Math.sqrt(square)).isCloseTo(0.02, within(0.001));
            assertThat(checkpoint.layer(1).outputNorm().weight().floats())
                    .usingComparatorWithPrecision(0.04f)
                    .containsOnly(1f);
            assertThat(checkpoint.layer(0).query().weight().floats())
                    .isNotEqualTo(checkpoint.layer(1).query().weight().floats());
            assertThat(checkpoint.warnings()).isEmpty();
        }
    }

    @Test
    void aPartOfATensorIsThatPart() {
        try (Checkpoint checkpoint = Checkpoint.random(CONFIG)) {
            float[] part = new float[5];
            checkpoint.wordEmbeddings().read(777, part, 1, 3);
            float[] whole = checkpoint.wordEmbeddings().floats();
            assertThat(part).containsExactly(0, whole[777], whole[778], whole[779], 0);
        }
    }
}
