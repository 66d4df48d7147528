package dev.unmask.auth;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * A folder with one key a file; the file's name is the key's. Each reading looks at the contents
 * again, because times and sizes reveal nothing when files are symlinks into a folder that is swapped, which is how
 * Kubernetes mounts a Secret.
 *
 * <p>Two things that look alike are kept apart. A key that is <em>gone</em> (its file or the whole
 * folder isn't there any more) stops working with that reading: that is how keys are revoked. A key
 * that <em>can't be read</em> (an I/O error, no permission) says nothing about what the operator
 * wants, so it keeps working for a grace period and stops then: a hiccup locks nobody out, and a
 * folder that stays unreadable lets nobody in.
 *
 * <p>Not safe for use by several threads.
 */
final class KeyFolder {

    /** What Kubernetes allows as a key of a Secret, less the names with a dot in front. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}");

    /** A swap takes microseconds: to meet it three times in a row takes more than bad luck. */
    private static final int TRIES = 3;

    private final Path folder;
    private final long graceNanos;
    private final LongSupplier nanoTime;
    private Map<String, Seen> lastSeen = Map.of();

    /**
     * @param folder where the keys are; it need not be there yet
     * @param grace how long a key that can't be read any more keeps working
     * @param nanoTime the clock, as {@link System#nanoTime()}
     */
    KeyFolder(Path folder, Duration grace, LongSupplier nanoTime) {
        this.folder = folder;
        this.graceNanos = grace.toNanos();
        this.nanoTime = nanoTime;
    }

    /**
     * The result of one reading.
     *
     * @param keys the keys that work now
     * @param problems messages for the operator, with the names of files but nothing of their content
     */
    record Reading(Collection<BearerKey> keys, Set<String> problems) {}

    private record Seen(BearerKey key, long at) {}

    /** Reads the folder as it is now. */
    Reading read() {
        Listing listing = list();
        for (int tried = 1; listing.vanished && tried < TRIES; tried++) {
            listing = list();
        }
        long now = nanoTime.getAsLong();
        Map<String, Seen> seen = new HashMap<>();
        for (Seen before : lastSeen.values()) {
            if (listing.unread(before.key.name()) && now - before.at < graceNanos) {
                seen.put(before.key.name(), before);
            }
        }
        listing.keys.forEach(key -> seen.put(key.name(), new Seen(key, now)));
        lastSeen = seen;
        return new Reading(seen.values().stream().map(Seen::key).toList(), listing.problems);
    }

    private Listing list() {
        Listing listing = new Listing();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                listing.add(entry);
            }
            if (listing.keys.isEmpty()) {
                listing.problems.add("The key folder " + folder + " holds no valid key.");
            }
        } catch (NoSuchFileException e) {
            listing.problems.add("The key folder " + folder + " does not exist, so none of its keys work.");
        } catch (NotDirectoryException e) {
            listing.problems.add("The key folder " + folder + " is not a folder, so it holds no key.");
        } catch (IOException | DirectoryIteratorException e) {
            listing.broken = true;
            listing.problems.add("The key folder " + folder + " can't be read: " + because(e) + ".");
        }
        return listing;
    }

    private static String because(Exception e) {
        Throwable cause = e instanceof DirectoryIteratorException wrapped ? wrapped.getCause() : e;
        return cause.getClass().getSimpleName();
    }

    /** One walk through the folder, filled entry by entry. */
    private static final class Listing {
        final List<BearerKey> keys = new ArrayList<>();
        final Set<String> problems = new TreeSet<>();
        final Set<String> unreadNames = new HashSet<>();

        /** The walk broke off: what wasn't met may still be there. */
        boolean broken;

        /** A file was listed but is not there: a swap was under way, or a symlink dangles. */
        boolean vanished;

        boolean unread(String name) {
            return broken || unreadNames.contains(name);
        }

        void add(Path entry) {
            String name = entry.getFileName().toString();
            // Kubernetes keeps "..data" and "..2026_…" beside the keys; editors keep ".primary.swp".
            if (name.startsWith(".")) {
                return;
            }
            if (!NAME.matcher(name).matches()) {
                problems.add("A file of the key folder is ignored: its name has other characters than letters,"
                        + " digits, '.', '_' and '-', or more than 253.");
                return;
            }
            try {
                addKey(name, entry);
            } catch (NoSuchFileException e) {
                vanished = true;
                problems.add("The key file " + name + " is listed but not there, so its key is gone.");
            } catch (IOException e) {
                unreadNames.add(name);
                problems.add("The key file " + name + " can't be read: " + because(e) + ".");
            }
        }

        private void addKey(String name, Path file) throws IOException {
            // Asked first, because opening a pipe would wait for ever.
            if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
                problems.add("The entry " + name + " of the key folder is ignored: it is not a file.");
                return;
            }
            byte[] bytes = firstBytes(file);
            KeyText text = KeyText.of(name, bytes);
            Arrays.fill(bytes, (byte) 0);
            text.problem().ifPresent(problem -> problems.add("The key file " + name + " " + problem + "."));
            text.key().ifPresent(keys::add);
        }

        private static byte[] firstBytes(Path file) throws IOException {
            try (InputStream in = Files.newInputStream(file)) {
                return in.readNBytes(KeyText.MAX_BYTES + 1);
            }
        }
    }
}
