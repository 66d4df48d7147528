package dev.unmask.batching;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Waiting texts by length; those of one length in order of arrival. Not thread-safe. */
final class Lengths {
    private final NavigableMap<Integer, Set<QueuedText>> byLength = new TreeMap<>();

    void add(QueuedText text) {
        byLength.computeIfAbsent(text.text().length(), length -> new LinkedHashSet<>())
                .add(text);
    }

    void remove(QueuedText text) {
        byLength.computeIfPresent(text.text().length(), (length, like) -> {
            like.remove(text);
            return like.isEmpty() ? null : like;
        });
    }

    /** The shortest text; null when there is none. */
    QueuedText shortest() {
        Map.Entry<Integer, Set<QueuedText>> first = byLength.firstEntry();
        return first == null ? null : first.getValue().iterator().next();
    }

    /**
     * Offers texts one after the other, those of the most similar lengths first, until one longer and one shorter are
     * refused.
     *
     * @param length the length that others are compared with
     * @param taken takes a text, or refuses it
     */
    void nearest(int length, Predicate<QueuedText> taken) {
        Integer shorter = byLength.floorKey(length);
        Integer longer = byLength.higherKey(length);
        while (shorter != null || longer != null) {
            boolean up = shorter == null || longer != null && longer - length < length - shorter;
            boolean all = all(byLength.get(up ? longer : shorter), taken);
            if (up) {
                longer = all ? byLength.higherKey(longer) : null;
            } else {
                shorter = all ? byLength.lowerKey(shorter) : null;
            }
        }
    }

    /** On a copy, since taking a text may remove it here. */
    private static boolean all(Set<QueuedText> like, Predicate<QueuedText> taken) {
        for (QueuedText text : List.copyOf(like)) {
            if (!taken.test(text)) {
                return false;
            }
        }
        return true;
    }
}
