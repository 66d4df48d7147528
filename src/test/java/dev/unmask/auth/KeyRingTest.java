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
    void aKeyThatBeginsAnotherIsDistinguishedFromIt() {
        KeyRing ring = KeyRing.of(List.of(key("short", "abcdefgh"), key("long", "abcdefghijkl")));

        assertThat(ring.match("abcdefgh")).contains("short");
        assertThat(ring.match("abcdefghijkl")).contains("long");
        assertThat(ring.match("abcdefghi")).isEmpty();
        assertThat(ring.match("abcdefg")).isEmpty();
    }

    @Test
    void anEmptyRingAdmitsNobody() {
        assertThat(KeyRing.of(List.of()).match("")).isEmpty();
        assertThat(KeyRing.of(List.of()).match("anything")).isEmpty();
    }

    @Test
    void caseMattersInAKey() {
        assertThat(KeyRing.of(List.of(key("a", "abcdefgh"))).match("ABCDEFGH")).isEmpty();
    }

    @Test
    void oneTextUnderTwoNamesGoesByTheFirst() {
        KeyRing ring = KeyRing.of(List.of(key("b", "abcdefgh"), key("a", "abcdefgh")));

        assertThat(ring.match("abcdefgh")).contains("a");
    }

    @Test
    void ringsAreEqualByNamesAndTextsInAnyOrder() {
        KeyRing ring = KeyRing.of(List.of(key("a", "1"), key("b", "2")));

        assertThat(ring)
                .isEqualTo(KeyRing.of(List.of(key("b", "2"), key("a", "1"))))
                .hasSameHashCodeAs(KeyRing.of(List.of(key("b", "2"), key("a", "1"))))
                .isNotEqualTo(KeyRing.of(List.of(key("a", "1"), key("b", "3"))))
                .isNotEqualTo(KeyRing.of(List.of(key("a", "1"))))
                .hasToString("KeyRing[a, b]");
    }

    @Property
    void onlyTheExactKeysMatch(
            @ForAll @Size(max = 5) Set<@CharRange(from = 'a', to = 'c') @StringLength(min = 1, max = 3) String> texts,
            @ForAll @CharRange(from = 'a', to = 'c') @StringLength(max = 4) String presented) {
        KeyRing ring =
                KeyRing.of(texts.stream().map(text -> key("of-" + text, text)).toList());

        assertThat(ring.match(presented))
                .isEqualTo(Optional.of("of-" + presented).filter(x -> texts.contains(presented)));
    }

    @Property
    void anyTextMatchesItselfAndNothingLonger(
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
