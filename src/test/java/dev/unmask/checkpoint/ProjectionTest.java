package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CXR-BERT's projection head: there as a whole, or not at all. */
class ProjectionTest {
    private static final String HEAD = "cls_projection_head.";

    @TempDir
    Path folder;

    /** Sizes 3 and 4, so that no dimension can stand in for the other. */
    private static TinyCheckpoint projecting() {
        return new TinyCheckpoint()
                .config("model_type", "cxr-bert")
                .config("projection_size", 3)
                .random(HEAD + "dense_to_hidden.weight", 3, 4)
                .random(HEAD + "dense_to_hidden.bias", 3)
                .random(HEAD + "LayerNorm.weight", 3)
                .random(HEAD + "LayerNorm.bias", 3)
                .random(HEAD + "dense_to_output.weight", 3, 3)
                .random(HEAD + "dense_to_output.bias", 3);
    }

    private void assertRefused(TinyCheckpoint checkpoint, String message) {
        checkpoint.write(folder);
        assertThatThrownBy(() -> Checkpoint.open(folder).close())
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .hasMessage(message);
    }

    @Test
    void everyRoleHasItsTensorAndNothingIsWarnedOf() {
        try (Checkpoint opened = Checkpoint.open(projecting().write(folder))) {
            Projection head = opened.projection().orElseThrow();
            assertThat(head.hidden().weight().name()).isEqualTo(HEAD + "dense_to_hidden.weight");
            assertThat(head.hidden().bias().name()).isEqualTo(HEAD + "dense_to_hidden.bias");
            assertThat(head.norm().weight().name()).isEqualTo(HEAD + "LayerNorm.weight");
            assertThat(head.norm().bias().name()).isEqualTo(HEAD + "LayerNorm.bias");
            assertThat(head.output().weight().name()).isEqualTo(HEAD + "dense_to_output.weight");
            assertThat(head.output().bias().name()).isEqualTo(HEAD + "dense_to_output.bias");
            assertThat(opened.config().projection()).isEqualTo(3);
            assertThat(opened.warnings()).isEmpty();
        }
    }

    @Test
    void aCheckpointWithoutItHasNone() {
        try (Checkpoint opened = Checkpoint.open(new TinyCheckpoint().write(folder))) {
            assertThat(opened.projection()).isEmpty();
        }
    }

    @Test
    void itsNormMayHaveTheOldNames() {
        TinyCheckpoint old = projecting()
                .rename(name -> name.startsWith(HEAD + "LayerNorm")
                        ? name.replace("weight", "gamma").replace("bias", "beta")
                        : name);
        try (Checkpoint opened = Checkpoint.open(old.write(folder))) {
            assertThat(opened.projection().orElseThrow().norm().weight().name()).isEqualTo(HEAD + "LayerNorm.gamma");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dense_to_hidden.weight",
                "dense_to_hidden.bias",
                "LayerNorm.weight",
                "LayerNorm.bias",
                "dense_to_output.weight",
                "dense_to_output.bias"
            })
    void oneOfWhichAPartIsMissingIsRefusedByThatPart(String part) {
        TinyCheckpoint partial = projecting();
        String shape = part.equals("dense_to_hidden.weight")
                ? "[3, 4]"
                : part.equals("dense_to_output.weight") ? "[3, 3]" : "[3]";
        assertRefused(
                partial.remove(HEAD + part),
                "model.safetensors has no tensor \"%s\", which config.json asks for in shape %s."
                        .formatted(HEAD + part, shape));
    }

    @Test
    void theSizeIsTheConfigs() {
        assertRefused(
                projecting().config("projection_size", 5),
                "model.safetensors: tensor \"cls_projection_head.dense_to_hidden.weight\" has shape [3, 4];"
                        + " config.json asks for [5, 4].");
    }

    /** As in hi-ml's CXRBertConfig. */
    @Test
    void withoutASizeInTheConfigItIs128() {
        assertRefused(
                projecting().noConfig("projection_size"),
                "model.safetensors: tensor \"cls_projection_head.dense_to_hidden.weight\" has shape [3, 4];"
                        + " config.json asks for [128, 4].");
    }
}
