package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When something is closed that others may still use. */
class UsesTest {
    private final Uses uses = new Uses();

    @Test
    void whatNobodyUsesIsFreeAtOnceAndForEver() {
        assertThat(uses.last()).isCompleted();
        assertThat(uses.begin()).isFalse();
    }

    @Test
    void theLastOfThoseWhoHadBegunFreesIt() {
        assertThat(uses.begin()).isTrue();
        assertThat(uses.begin()).isTrue();
        CompletableFuture<Void> over = uses.last();
        assertThat(uses.begin()).isFalse();

        uses.end();
        assertThat(over).isNotDone();
        uses.end();
        assertThat(over).isCompleted();
    }

    @Test
    void whoCameAndWentBeforeDoesNotCount() {
        uses.begin();
        uses.end();

        assertThat(uses.begin()).isTrue();
        assertThat(uses.last()).isNotDone();
    }
}
