package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointTest {
    @TempDir
    Path folder;

    private ThrowableAssertAlternative<Fault> refused() {
        return assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> Checkpoint.open(folder).close())
                .matches(fault -> fault.kind() == Fault.Kind.MODEL_REFUSED)
                .withMessageNotContaining(folder.toString());
    }

    private ThrowableAssertAlternative<Fault> refused(TinyCheckpoint checkpoint) {
        checkpoint.write(folder);
        return refused();
    }

    @Test
    void everyRoleHasItsTensor() {
        try (Checkpoint opened = Checkpoint.open(new TinyCheckpoint().write(folder))) {
            assertThat(opened.wordEmbeddings().name()).isEqualTo("bert.embeddings.word_embeddings.weight");
            assertThat(opened.positionEmbeddings().shape()).containsExactly(5, 4);
            assertThat(opened.tokenTypeEmbeddings().shape()).containsExactly(3, 4);
            assertThat(opened.embeddingNorm().bias().name()).isEqualTo("bert.embeddings.LayerNorm.bias");
            Layer layer = opened.layer(1);
            String prefix = "bert.encoder.layer.1.";
            assertLinear(layer.query(), prefix + "attention.self.query", 4, 4);
            assertLinear(layer.key(), prefix + "attention.self.key", 4, 4);
            assertLinear(layer.value(), prefix + "attention.self.value", 4, 4);
            assertLinear(layer.attentionOutput(), prefix + "attention.output.dense", 4, 4);
            assertNorm(layer.attentionNorm(), prefix + "attention.output.LayerNorm");
            assertLinear(layer.intermediate(), prefix + "intermediate.dense", 6, 4);
            assertLinear(layer.output(), prefix + "output.dense", 4, 6);
            assertNorm(layer.outputNorm(), prefix + "output.LayerNorm");
            Head head = opened.head();
            assertLinear(head.transform(), "cls.predictions.transform.dense", 4, 4);
            assertNorm(head.norm(), "cls.predictions.transform.LayerNorm");
            assertThat(head.decoder()).isSameAs(opened.wordEmbeddings());
            assertThat(head.decoderIsWordEmbeddings()).isTrue();
            assertThat(head.bias().shape()).containsExactly(11);
            assertThat(opened.warnings()).isEmpty();
            assertThat(opened.files())
                    .containsExactly(folder.resolve("config.json"), folder.resolve("model.safetensors"));
        }
    }

    private static void assertLinear(Linear linear, String prefix, long out, long in) {
        assertThat(linear.weight().name()).isEqualTo(prefix + ".weight");
        assertThat(linear.weight().shape()).containsExactly(out, in);
        assertThat(linear.bias().name()).isEqualTo(prefix + ".bias");
        assertThat(linear.bias().shape()).containsExactly(out);
    }

    private static void assertNorm(Norm norm, String prefix) {
        assertThat(norm.weight().name()).isEqualTo(prefix + ".weight");
        assertThat(norm.bias().name()).isEqualTo(prefix + ".bias");
    }

    @Test
    void theToyModelOpens() {
        try (Checkpoint toy = Checkpoint.open(Path.of("src/test/resources/toy-model"))) {
            assertThat(toy.config())
                    .isEqualTo(new BertConfig("bert", 2, 32, 2, 64, 165, 512, 2, 1e-12, Activation.GELU, true, 128));
            assertThat(toy.warnings()).isEmpty();
            assertThat(toy.wordEmbeddings().shape()).containsExactly(165, 32);
            assertThat(toy.head().decoderIsWordEmbeddings()).isTrue();
            // As Python's struct module reads them from the file.
            float[] output = toy.layer(1).output().weight().floats();
            assertThat(output).startsWith(-0.0845200717f, -0.610520124f, 0.632953167f);
            assertThat(output).endsWith(1.24502122f, 0.32086587f).hasSize(32 * 64);
        }
    }

    @Test
    void afterClosingNothingIsRead() {
        Checkpoint opened = Checkpoint.open(new TinyCheckpoint().write(folder));
        opened.close();
        opened.close();
        assertThatIllegalStateException().isThrownBy(() -> opened.head().bias().floats());
    }

    @Test
    void aFolderWithoutConfigIsRefused() {
        refused().withMessageStartingWith("There is no config.json in ");
    }

    @Test
    void aFolderWithoutWeightsIsRefused() throws IOException {
        Files.delete(new TinyCheckpoint().write(folder).resolve("model.safetensors"));
        refused()
                .withMessageStartingWith("There is no model.safetensors in ")
                .withMessageContaining("no pytorch_model.bin");
    }

    @Test
    void pytorchFilesBesideSafetensorsDoNotMatter() throws IOException {
        new TinyCheckpoint().write(folder);
        Files.createFile(folder.resolve("pytorch_model.bin"));
        Checkpoint.open(folder).close();
    }

    @Test
    void everyTensorIsNeeded() {
        for (String name : new TinyCheckpoint().names()) {
            refused(new TinyCheckpoint().remove(name))
                    .withMessageStartingWith("model.safetensors has no tensor \"" + name + "\", which");
        }
    }

    @Test
    void everyTensorMustHaveItsShape() {
        for (String name : new TinyCheckpoint().names()) {
            long[] shape = new TinyCheckpoint().shape(name);
            String expected = Wording.shape(shape);
            shape[0]++;
            refused(new TinyCheckpoint().random(name, shape))
                    .withMessage(
                            "model.safetensors: tensor \"%s\" has shape %s; config.json asks for %s.",
                            name, Wording.shape(shape), expected);
        }
    }

    @Test
    void transposedMatricesAreRefused() {
        refused(new TinyCheckpoint().random("bert.encoder.layer.0.output.dense.weight", 6, 4))
                .withMessageContaining("has shape [6, 4]; config.json asks for [4, 6]");
    }

    @Test
    void sizesOfTheConfigAreComparedWithTheTensors() {
        refused(new TinyCheckpoint().config("vocab_size", 12))
                .withMessageContaining("word_embeddings.weight\" has shape [11, 4]")
                .withMessageContaining("asks for [12, 4]");
        refused(new TinyCheckpoint().config("num_hidden_layers", 3))
                .withMessageContaining("no tensor \"bert.encoder.layer.2.attention.self.query.weight\"");
    }

    @Test
    void weightsThatAreNotFloatsAreRefused() {
        refused(new TinyCheckpoint().tensor("cls.predictions.bias", "I8", new long[] {11}, new byte[11]))
                .withMessageStartingWith("model.safetensors: tensor \"cls.predictions.bias\" is of type I8")
                .withMessageContaining("F32, F16 and BF16");
    }

    @Test
    void aModelWithoutMaskedLmHeadIsRefused() {
        refused(new TinyCheckpoint().remove("cls."))
                .withMessageStartingWith("model.safetensors has no masked-LM head (no tensor ");
    }

    @Test
    void layersBeyondTheConfigAreNotUsedAndTheOperatorIsInformed() {
        try (Checkpoint opened = Checkpoint.open(
                new TinyCheckpoint().config("num_hidden_layers", 1).write(folder))) {
            List<String> warnings = opened.warnings();
            assertThat(warnings).hasSize(1);
            assertThat(warnings.get(0))
                    .startsWith("model.safetensors: 16 tensors have no place in the model of config.json")
                    .contains("\"bert.encoder.layer.1.attention.output.LayerNorm.bias\"")
                    .endsWith("…");
        }
    }
}
