package dev.unmask.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.http.Response;
import org.jose4j.http.SimpleResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PausingGetTest {
    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger asked = new AtomicInteger();
    private boolean reachable;
    private String answer = "{\"keys\":[]}";
    private final PausingGet get = new PausingGet(this::ask, now::get);

    private SimpleResponse ask(String address) throws IOException {
        asked.incrementAndGet();
        if (!reachable) {
            throw new IOException("no route to host");
        }
        return new Response(200, "OK", Map.of(), answer);
    }

    @Test
    void afterAFailureNobodyIsAskedForAMoment() {
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> get.get("keys")).isInstanceOf(IOException.class);
        }

        assertThat(asked).hasValue(1);
    }

    @Test
    void afterThatMomentItIsTriedAgain() throws IOException {
        assertThatThrownBy(() -> get.get("keys")).isInstanceOf(IOException.class);
        reachable = true;
        now.addAndGet(PausingGet.PAUSE.toNanos());

        assertThat(get.get("keys").getBody()).isEqualTo(answer);
        assertThat(get.get("more").getBody()).isEqualTo(answer);
        assertThat(asked).hasValue(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>Sign in</html>", "{}", "{\"error\":\"not_found\"}", "[]", ""})
    void anAnswerThatIsNotTheIssuersIsAFailure(String other) {
        reachable = true;
        answer = other;

        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> get.get("keys")).isInstanceOf(IOException.class);
        }
        assertThat(asked).hasValue(1);
    }
}
