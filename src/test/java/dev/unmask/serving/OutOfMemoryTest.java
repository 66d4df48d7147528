package dev.unmask.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/** What counts as a want of memory; what happens then is tested with processes of their own. */
class OutOfMemoryTest {
    @Test
    void theErrorCountsWhereverItIsInTheCauses() {
        Throwable error = new OutOfMemoryError("Java heap space");

        assertThat(OutOfMemory.isWantOfMemory(error)).isTrue();
        assertThat(OutOfMemory.isWantOfMemory(new CompletionException(new IllegalStateException(error))))
                .isTrue();
    }

    @Test
    void otherErrorsAreNotALackOfMemory() {
        Exception circle = new IllegalStateException("a");
        circle.initCause(new IllegalStateException("b", circle));

        assertThat(OutOfMemory.isWantOfMemory(new StackOverflowError())).isFalse();
        assertThat(OutOfMemory.isWantOfMemory(circle)).isFalse();
        assertThat(OutOfMemory.isWantOfMemory(null)).isFalse();
    }
}
