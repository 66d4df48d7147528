package dev.unmask.fillmask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import dev.unmask.text.Tokenizer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a query's targets stand for, with the toy model's vocabulary. */
class TargetsTest {
    private static final int UNKNOWN = 6;

    private static Tokenizer tokenizer;

    @BeforeAll
    static void open() {
        tokenizer = Tokenizer.open(Path.of("src/test/resources/toy-model"));
    }

    @AfterAll
    static void close() {
        tokenizer.close();
    }

    private static Targets resolve(List<String> targets, Tokenizer tokenizer) {
        return Targets.of(IntStream.range(0, targets.size())
                .mapToObj(index -> Targets.find(index, targets.get(index), tokenizer))
                .toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pneumonia", "##thorax", "[MASK]", "[PAD]", "[UNK]", ".", "n't"})
    void entriesOfTheVocabularyStandForThemselves(String target) {
        Targets targets = resolve(List.of(target), tokenizer);

        assertThat(targets.ids()).containsExactly(tokenizer.id(target).orElseThrow());
        assertThat(targets.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "pneumothorax, pneumo",
        "Pneumonia, pneumonia",
        "' effusion', effusion",
        "effusion left, effusion",
        "'effusion,lung', effusion",
        "zebra, z"
    })
    void anyOtherStandsForItsFirstPieceAndIsWarnedOf(String target, String piece) {
        int id = tokenizer.id(piece).orElseThrow();

        Targets targets = resolve(List.of("lung", target), tokenizer);

        assertThat(targets.ids()).containsExactlyInAnyOrder(tokenizer.id("lung").orElseThrow(), id);
        assertThat(targets.warnings()).containsExactly(new TargetWarning(1, OptionalInt.of(id)));
    }

    @Test
    void aTargetOfUnknownCharactersStandsForTheUnknownToken() {
        Targets targets = resolve(List.of("€"), tokenizer);

        assertThat(targets.ids()).containsExactly(UNKNOWN);
        assertThat(targets.warnings()).hasSize(1);
    }

    @Test
    void severalSpellingsOfOneTokenAreOneTarget() {
        Targets targets = resolve(List.of("lung", "LUNG", "lung", "left", " lung "), tokenizer);

        assertThat(targets.ids())
                .containsExactly(
                        tokenizer.id("left").orElseThrow(), tokenizer.id("lung").orElseThrow());
        assertThat(targets.warnings()).hasSize(2);
    }

    @Test
    void targetsWithoutAnyTokenAreLeftOutWithAWarning() {
        Targets targets = resolve(List.of("", "lung", "\u0000"), tokenizer);

        assertThat(targets.ids()).containsExactly(tokenizer.id("lung").orElseThrow());
        assertThat(targets.warnings())
                .containsExactly(new TargetWarning(0, OptionalInt.empty()), new TargetWarning(2, OptionalInt.empty()));
    }

    @Test
    void whereNoTargetIsLeftTheQueryIsRefused() {
        for (List<String> nothing : List.of(Collections.<String>emptyList(), List.of(""), List.of("\u0000", " "))) {
            assertThatThrownBy(() -> resolve(nothing, tokenizer))
                    .isInstanceOfSatisfying(
                            Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST))
                    .hasMessage("At least one target must be provided when passed.");
        }
    }
}
