package dev.unmask.auth;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** The keys that open the door at one moment. It never changes; a new reading makes a new ring. */
record KeyRing(List<BearerKey> keys) {
    /** A ring of these keys, by name. An empty ring lets nobody in. */
    static KeyRing of(Collection<BearerKey> keys) {
        return new KeyRing(
                keys.stream().sorted(Comparator.comparing(BearerKey::name)).toList());
    }

    /**
     * The name of the key that was presented, or nothing. Every key is tried, matched or not, and
     * hashes are compared instead of texts, so that the time taken reveals nothing about the keys.
     */
    Optional<String> match(String presented) {
        byte[] hash = BearerKey.hash(presented.getBytes(StandardCharsets.UTF_8));
        String found = null;
        for (BearerKey key : keys) {
            boolean same = key.hasHash(hash);
            found = same && found == null ? key.name() : found;
        }
        return Optional.ofNullable(found);
    }

    /** The names of the keys, sorted. */
    SortedSet<String> names() {
        TreeSet<String> names = new TreeSet<>();
        keys.forEach(key -> names.add(key.name()));
        return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public String toString() {
        return "KeyRing" + names();
    }
}
