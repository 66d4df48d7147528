package dev.unmask.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** What a refusal must tell, whatever its wording. */
final class Refusals {
    private Refusals() {}

    /**
     * Fails unless an action is refused as a bad request, with all the facts.
     *
     * @param facts such as {@code parameters.top_k & a string & an integer}: the sentence begins with the first, which is what
     *     is wrong, and has the others anywhere
     */
    static void assertBadRequest(ThrowingCallable action, String facts) {
        String[] all = facts.split(" & ");

        assertThatThrownBy(action).isInstanceOfSatisfying(Fault.class, fault -> {
            assertThat(fault.kind()).isEqualTo(Fault.Kind.BAD_REQUEST);
            assertThat(fault.getMessage()).startsWith(all[0]).contains(all).endsWith(".");
        });
    }
}
