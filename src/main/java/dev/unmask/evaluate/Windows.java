package dev.unmask.evaluate;

import dev.unmask.batching.MaskedText;
import dev.unmask.text.SpecialTokens;
import dev.unmask.text.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Texts as one model sees them, in windows that fit it, and the positions in them that can be masked. A text that fits is
 * one window; a longer one is split into several, each between {@code cls} and {@code sep}. Special tokens are not
 * positions, whether they were added, typed by the user, or stand for an unknown word.
 */
final class Windows {
    private final List<int[]> ids = new ArrayList<>();
    private final int[] windowOf;
    private final int[] placeOf;
    private final int[] frequencies;
    private final int mask;
    private final long pieces;
    private final long unknown;
    private final long split;

    /**
     * @param texts the token ids of each text, without {@code cls} and {@code sep}
     * @param special the special tokens' ids
     * @param longest the most tokens of a window, special tokens included; at least 3
     */
    Windows(List<int[]> texts, SpecialTokens special, int longest) {
        int room = longest - 2;
        for (int[] text : texts) {
            for (int from = 0; from < text.length; from += room) {
                ids.add(framed(text, from, Math.min(text.length, from + room), special));
            }
        }
        split = texts.stream().filter(text -> text.length > room).count();
        pieces = texts.stream().mapToLong(text -> text.length).sum();
        unknown = texts.stream()
                .flatMapToInt(Arrays::stream)
                .filter(id -> id == special.unknown())
                .count();
        frequencies = frequencies(texts);
        mask = special.mask();

        Set<Integer> never =
                Set.copyOf(List.of(special.pad(), special.cls(), special.sep(), special.mask(), special.unknown()));
        IntStream.Builder windows = IntStream.builder();
        IntStream.Builder places = IntStream.builder();
        for (int window = 0; window < ids.size(); window++) {
            for (int place = 0; place < ids.get(window).length; place++) {
                if (!never.contains(ids.get(window)[place])) {
                    windows.add(window);
                    places.add(place);
                }
            }
        }
        windowOf = windows.build().toArray();
        placeOf = places.build().toArray();
    }

    /**
     * Tokenizes texts.
     *
     * @param longest the most tokens of a window, special tokens included; at least 3
     */
    static Windows of(Texts texts, Tokenizer tokenizer, int longest) {
        return new Windows(
                texts.lines().stream()
                        .map(text -> tokenizer.encode(text, false))
                        .toList(),
                tokenizer.specialTokens(),
                longest);
    }

    private static int[] framed(int[] text, int from, int to, SpecialTokens special) {
        int[] window = new int[to - from + 2];
        window[0] = special.cls();
        System.arraycopy(text, from, window, 1, to - from);
        window[window.length - 1] = special.sep();
        return window;
    }

    private static int[] frequencies(List<int[]> texts) {
        int largest = texts.stream().flatMapToInt(Arrays::stream).max().orElse(0);
        int[] frequencies = new int[largest + 1];
        texts.stream().flatMapToInt(Arrays::stream).forEach(id -> frequencies[id]++);
        return frequencies;
    }

    /** How many positions can be masked. */
    int positions() {
        return placeOf.length;
    }

    /** The id of the piece at a position, 0 to {@link #positions} - 1. */
    int truth(int position) {
        return ids.get(windowOf[position])[placeOf[position]];
    }

    /** How often the piece at a position occurs in all texts. */
    int frequency(int position) {
        return frequencies[truth(position)];
    }

    /** How many tokens the window of a position has. */
    int length(int position) {
        return ids.get(windowOf[position]).length;
    }

    /** The window of a position, with the mask at the position. */
    MaskedText masked(int position) {
        int[] copy = ids.get(windowOf[position]).clone();
        copy[placeOf[position]] = mask;
        return new MaskedText(copy, new int[] {placeOf[position]});
    }

    /** Pieces of all texts, including unknown ones and typed special tokens, but not {@code cls} and {@code sep}. */
    long pieces() {
        return pieces;
    }

    /** How many of the pieces are the unknown token. */
    long unknown() {
        return unknown;
    }

    /** How many texts were too long for one window. */
    long split() {
        return split;
    }

    /** Whether the texts have the same ids, split at the same places. */
    boolean sameAs(Windows other) {
        return Arrays.deepEquals(ids.toArray(), other.ids.toArray());
    }
}
