package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The spellings and omissions under which the same model has been published. */
class CheckpointVariantsTest {
    private static final String WORDS = "bert.embeddings.word_embeddings.weight";
    private static final String DECODER = "cls.predictions.decoder.weight";
    private static final String DECODER_BIAS = "cls.predictions.decoder.bias";
    private static final String BIAS = "cls.predictions.bias";

    @TempDir
    Path folder;

    private Checkpoint open(TinyCheckpoint checkpoint) {
        return Checkpoint.open(checkpoint.write(folder));
    }

    private void refused(TinyCheckpoint checkpoint, String sentence) {
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> open(checkpoint).close())
                .withMessageContaining(sentence);
    }

    private void assertSameModelWithoutWarning(TinyCheckpoint variant) {
        List<float[]> expected;
        try (Checkpoint plain = open(new TinyCheckpoint())) {
            expected = contents(plain);
        }
        try (Checkpoint opened = open(variant)) {
            assertThat(contents(opened)).usingRecursiveComparison().isEqualTo(expected);
            assertThat(opened.head().decoderIsWordEmbeddings()).isTrue();
            assertThat(opened.warnings()).isEmpty();
        }
    }

    private static List<float[]> contents(Checkpoint checkpoint) {
        List<Tensor> all = new ArrayList<>();
        all.add(checkpoint.wordEmbeddings());
        all.add(checkpoint.positionEmbeddings());
        all.add(checkpoint.tokenTypeEmbeddings());
        add(all, checkpoint.embeddingNorm());
        for (int i = 0; i < checkpoint.config().layers(); i++) {
            Layer layer = checkpoint.layer(i);
            add(all, layer.query());
            add(all, layer.key());
            add(all, layer.value());
            add(all, layer.attentionOutput());
            add(all, layer.attentionNorm());
            add(all, layer.intermediate());
            add(all, layer.output());
            add(all, layer.outputNorm());
        }
        add(all, checkpoint.head().transform());
        add(all, checkpoint.head().norm());
        all.add(checkpoint.head().decoder());
        all.add(checkpoint.head().bias());
        return all.stream().map(Tensor::floats).toList();
    }

    private static void add(List<Tensor> all, Linear linear) {
        all.add(linear.weight());
        all.add(linear.bias());
    }

    private static void add(List<Tensor> all, Norm norm) {
        all.add(norm.weight());
        all.add(norm.bias());
    }

    @Test
    void baseTensorsWithoutTheirPrefix() {
        assertSameModelWithoutWarning(new TinyCheckpoint().rename(name -> name.replaceFirst("^bert\\.", "")));
    }

    @Test
    void withoutThePrefixAMissingTensorIsNamedTheFilesWay() {
        refused(
                new TinyCheckpoint().remove(WORDS).rename(name -> name.replaceFirst("^bert\\.", "")),
                "no tensor \"embeddings.word_embeddings.weight\"");
    }

    @Test
    void gammaAndBeta() {
        assertSameModelWithoutWarning(
                new TinyCheckpoint().rename(name -> name.replaceFirst("LayerNorm\\.weight$", "LayerNorm.gamma")
                        .replaceFirst("LayerNorm\\.bias$", "LayerNorm.beta")));
    }

    @Test
    void twoSpellingsOfOneTensorAreRefused() {
        refused(
                new TinyCheckpoint().copy("bert.embeddings.LayerNorm.weight", "embeddings.LayerNorm.gamma"),
                "are two spellings of the same one");
    }

    @Test
    void modelTypeAbsentIsBertWithANoticeForPubMedBert() {
        List<float[]> expected;
        try (Checkpoint plain = open(new TinyCheckpoint())) {
            expected = contents(plain);
        }
        try (Checkpoint opened = open(new TinyCheckpoint().noConfig("model_type"))) {
            assertThat(contents(opened)).usingRecursiveComparison().isEqualTo(expected);
            assertThat(opened.warnings())
                    .singleElement()
                    .asString()
                    .startsWith("config.json: there is no model_type")
                    .contains("PubMedBERT");
        }
    }

    @Test
    void modelTypeCxrBert() {
        assertSameModelWithoutWarning(new TinyCheckpoint().config("model_type", "cxr-bert"));
    }

    @Test
    void tensorsOfOtherHeadsAreIgnored() {
        assertSameModelWithoutWarning(new TinyCheckpoint()
                .tensor("bert.embeddings.position_ids", "I64", new long[] {1, 5}, new byte[40])
                .random("bert.pooler.dense.weight", 4, 4)
                .random("bert.pooler.dense.bias", 4)
                .random("cls.seq_relationship.weight", 2, 4)
                .random("cls.seq_relationship.bias", 2));
    }

    @Test
    void tensorsThatNobodyKnowsAreIgnoredWithAWarning() {
        try (Checkpoint opened = open(new TinyCheckpoint().random("classifier.weight", 2, 4))) {
            assertThat(opened.warnings())
                    .containsExactly("model.safetensors: 1 tensor has no place in the model of config.json and will not"
                            + " be used: \"classifier.weight\".");
        }
    }

    @Test
    void theWrapperPrefixIsRefused() {
        refused(new TinyCheckpoint().rename(name -> "module." + name), "has the prefix \"module.\"");
    }

    @Test
    void aDecoderThatRepeatsTheWordEmbeddings() {
        assertSameModelWithoutWarning(new TinyCheckpoint().copy(WORDS, DECODER));
    }

    @Test
    void aDecoderBiasThatRepeatsTheBias() {
        assertSameModelWithoutWarning(new TinyCheckpoint().copy(BIAS, DECODER_BIAS));
    }

    @Test
    void aDecoderBiasInPlaceOfTheBias() {
        assertSameModelWithoutWarning(
                new TinyCheckpoint().copy(BIAS, DECODER_BIAS).remove(BIAS));
    }

    @Test
    void noBiasAtAllIsRefused() {
        refused(new TinyCheckpoint().remove(BIAS), "no tensor \"cls.predictions.bias\"");
    }

    @Test
    void aDecoderOfItsOwnIsUsedAndTheOperatorIsInformed() {
        try (Checkpoint opened = open(new TinyCheckpoint().random(DECODER, 11, 4))) {
            assertThat(opened.head().decoder().name()).isEqualTo(DECODER);
            assertThat(opened.head().decoderIsWordEmbeddings()).isFalse();
            assertThat(opened.warnings()).hasSize(1);
            assertThat(opened.warnings().get(0))
                    .startsWith("model.safetensors: \"" + DECODER + "\" differs from \"" + WORDS + "\"")
                    .contains("\"" + DECODER + "\" is used");
        }
    }

    @Test
    void aDecoderBiasOfItsOwnIsUsedAndTheOperatorIsInformed() {
        try (Checkpoint opened = open(new TinyCheckpoint().random(DECODER_BIAS, 11))) {
            assertThat(opened.head().bias().name()).isEqualTo(DECODER_BIAS);
            assertThat(opened.warnings())
                    .containsExactly("model.safetensors: \"cls.predictions.decoder.bias\" differs from"
                            + " \"cls.predictions.bias\"; \"cls.predictions.decoder.bias\" is used, as"
                            + " transformers 5 does.");
        }
    }

    @Test
    void decoderTensorsMustHaveTheirShape() {
        refused(new TinyCheckpoint().random(DECODER, 4, 11), "\"" + DECODER + "\" has shape [4, 11]");
        refused(new TinyCheckpoint().random(DECODER_BIAS, 4), "asks for [11]");
        refused(new TinyCheckpoint().random(BIAS, 4).random(DECODER_BIAS, 11), "\"" + BIAS + "\" has shape [4]");
    }

    @Test
    void anUntiedModelUsesItsDecoderWithoutWarning() {
        try (Checkpoint opened =
                open(new TinyCheckpoint().config("tie_word_embeddings", false).random(DECODER, 11, 4))) {
            assertThat(opened.head().decoder().name()).isEqualTo(DECODER);
            assertThat(opened.head().decoderIsWordEmbeddings()).isFalse();
            assertThat(opened.warnings()).isEmpty();
        }
    }

    @Test
    void anUntiedModelWithoutDecoderIsRefused() {
        refused(
                new TinyCheckpoint().config("tie_word_embeddings", false),
                "no tensor \"" + DECODER + "\", and config.json doesn't let the word embeddings");
    }

    @Test
    void sixteenBitWeightsAreRead() {
        byte[] ones = new byte[22];
        for (int i = 0; i < ones.length; i += 2) {
            ones[i + 1] = 0x3c;
        }
        try (Checkpoint opened = open(new TinyCheckpoint().tensor(BIAS, "F16", new long[] {11}, ones))) {
            assertThat(opened.head().bias().floats()).containsOnly(1f).hasSize(11);
        }
    }
}
