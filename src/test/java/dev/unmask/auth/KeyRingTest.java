package dev.unmask.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class KeyRingTest {

    @Test
    void a_key_that_begins_another_is_told_from_it() {
        KeyRing ring = KeyRing.of(List.of(key("short", "abcdefgh"), key("long", "abcdefghijkl")));

        assertThat(ring.match("abcdefgh")).contains("short");
        assertThat(ring.match("abcdefghijkl")).contains("long");
        assertThat(ring.match("abcdefghi")).isEmpty();
        assertThat(ring.match("abcdefg")).isEmpty();
    }

    @Test
    void an_empty_ring_lets_nobody_in() {
        assertThat(KeyRing.of(List.of()).match("")).isEmpty();
        assertThat(KeyRing.of(List.of()).match("anything")).isEmpty();
    }

    @Test
    void case_matters_in_a_key() {
        assertThat(KeyRing.of(List.of(key("a", "abcdefgh"))).match("ABCDEFGH")).isEmpty();
    }

    @Test
    void one_text_under_two_names_goes_by_the_first() {
        KeyRing ring = KeyRing.of(List.of(key("b", "abcdefgh"), key("a", "abcdefgh")));

        assertThat(ring.match("abcdefgh")).contains("a");
    }

    @Test
    void rings_are_equal_by_names_and_texts_in_any_order() {
        KeyRing ring = KeyRing.of(List.of(key("a", "1"), key("b", "2")));

        assertThat(ring)
                .isEqualTo(KeyRing.of(List.of(key("b", "2"), key("a", "1"))))
                .hasSameHashCodeAs(KeyRing.of(List.of(key("b", "2"), key("a", "1"))))
                .isNotEqualTo(KeyRing.of(List.of(key("a", "1"), key("b", "3"))))
                .isNotEqualTo(KeyRing.of(List.of(key("a", "1"))))
                .hasToString("KeyRing[a, b]");
    }

    @Property
    void only_the_exact_keys_match(
            @ForAll @Size(max = 5) Set<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 3) String> texts,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 4) String presented) {
        KeyRing ring =
                KeyRing.of(texts.stream().map(text -> key("of-" + text, text)).toList());

        assertThat(ring.match(presented))
                .isEqualTo(Optional.of("of-" + presented).filter(x -> texts.contains(presented)));
    }

    @Property
    void any_text_matches_itself_and_nothing_longer(
            @ForAll String text, @ForAll @AlphaChars @StringLength(min = 1) String more) {
        KeyRing ring = KeyRing.of(List.of(key("it", text)));

        assertThat(ring.match(text)).contains("it");
        assertThat(ring.match(text + more)).isEmpty();
        assertThat(ring.match(more + text)).isEmpty();
    }

    private static BearerKey key(String name, String text) {
        return BearerKey.of(name, text.getBytes(UTF_8));
    }
}
