package dev.unmask.auth;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.unmask.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The keys that open the door now: the one of {@code UNMASK_API_KEY}, those of the folder {@code
 * UNMASK_AUTH_KEYS_DIR}, or, where neither is set, a random one. Whatever goes wrong, the door is
 * never open: fewer keys may work, but a key is always needed, unless the operator says otherwise explicitly.
 */
public final class Keys implements AutoCloseable {

    /** The name of the key of {@code UNMASK_API_KEY}. */
    static final String API_KEY = "api-key";

    /** The caller's name where nobody needs a key. */
    static final String ANYONE = "anyone";

    /** The name of the key that is generated when none is set. */
    static final String RANDOM = "random";

    private static final System.Logger LOG = System.getLogger(Keys.class.getName());
    private static final Duration GRACE = Duration.ofSeconds(30);

    // Polled, not watched: inotify reports nothing useful when a Secret's symlink is swapped, and
    // nothing at all on network file systems. A handful of small files costs microseconds.
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final List<BearerKey> fixed;
    private final Optional<KeyFolder> folder;
    private final ScheduledExecutorService rereading;
    private volatile KeyRing ring;
    private final boolean anyone;
    private Set<String> problems = Set.of();

    private Keys(List<BearerKey> fixed, Optional<KeyFolder> folder, Duration pause, boolean anyone) {
        this.anyone = anyone;
        this.fixed = fixed;
        this.folder = folder;
        this.rereading = Executors.newSingleThreadScheduledExecutor(Keys::daemon);
        folder.ifPresentOrElse(this::reread, () -> turnTo(KeyRing.of(fixed)));
        folder.ifPresent(keyFolder -> keepRereading(keyFolder, pause));
    }

    /** Lets nobody in: there are no keys. */
    static Keys nobody() {
        return new Keys(List.of(), Optional.empty(), PAUSE, false);
    }

    /** Lets everyone in. */
    static Keys none() {
        return new Keys(List.of(), Optional.empty(), PAUSE, true);
    }

    /**
     * Reads the keys, and keeps re-reading those of the folder until closed.
     *
     * @param apiKey what {@code UNMASK_API_KEY} says
     * @param keysDir the folder of key files, which may be empty
     * @param announce receives the random key, once, if one is generated; it is never disclosed again
     * @throws Fault of kind {@code CONFIGURATION} if a setting is set but unusable
     */
    public static Keys open(Optional<String> apiKey, Optional<Path> keysDir, Consumer<String> announce) {
        return open(apiKey, keysDir, announce, PAUSE);
    }

    static Keys open(Optional<String> apiKey, Optional<Path> keysDir, Consumer<String> announce, Duration pause) {
        if (keysDir.filter(dir -> dir.toString().isEmpty()).isPresent()) {
            throw Fault.configuration(
                    "UNMASK_AUTH_KEYS_DIR is empty. Set it to the folder of the key files, or unset it.");
        }
        // Later it may be missing for a while, as when a volume is remounted; at start that is a mistake to report.
        keysDir.filter(dir -> !Files.isDirectory(dir) || !Files.isReadable(dir) || !Files.isExecutable(dir))
                .ifPresent(dir -> {
                    throw Fault.configuration(
                            "UNMASK_AUTH_KEYS_DIR is \"%s\", which is %s. Mount or create that folder, or unset the variable."
                                    .formatted(
                                            dir,
                                            Files.isDirectory(dir)
                                                    ? "a folder that this process may not read"
                                                    : Files.exists(dir) ? "no folder" : "not there"));
                });
        List<BearerKey> fixed = new ArrayList<>();
        apiKey.map(value -> KeyText.ofSetting(API_KEY, "UNMASK_API_KEY", value)).ifPresent(fixed::add);
        // Never beside a folder: whoever named one wants its keys, even while it holds none.
        if (apiKey.isEmpty() && keysDir.isEmpty()) {
            fixed.add(randomKey(announce));
        }
        return new Keys(List.copyOf(fixed), keysDir.map(d -> new KeyFolder(d, GRACE, System::nanoTime)), pause, false);
    }

    /**
     * Who is calling. Never blocks and never throws, so it may be called on an event loop.
     *
     * @param authorizationHeaders the values of all {@code Authorization} headers of a request
     * @return the name of the key that was presented; nothing if the caller must be turned away
     */
    public Optional<String> authenticate(List<String> authorizationHeaders) {
        if (anyone) {
            return Optional.of(ANYONE);
        }
        KeyRing now = ring;
        return BearerHeader.token(authorizationHeaders).flatMap(now::match);
    }

    /** Whether nobody needs a key. */
    public boolean letsAnyoneIn() {
        return anyone;
    }

    /** The names of the keys that work now, sorted. */
    public SortedSet<String> names() {
        return ring.names();
    }

    /** Stops re-reading. The keys read last keep working. */
    @Override
    public void close() {
        rereading.shutdownNow();
    }

    private static BearerKey randomKey(Consumer<String> announce) {
        byte[] bits = new byte[32];
        new SecureRandom().nextBytes(bits);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        announce.accept(text);
        return BearerKey.of(RANDOM, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "unmask-keys");
        thread.setDaemon(true);
        return thread;
    }

    private void keepRereading(KeyFolder keyFolder, Duration pause) {
        rereading.scheduleWithFixedDelay(
                () -> rereadSafely(keyFolder), pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    // A task that throws is never run again: revoked keys would work forever, and nobody would know.
    private void rereadSafely(KeyFolder keyFolder) {
        try {
            reread(keyFolder);
        } catch (RuntimeException | Error e) {
            LOG.log(ERROR, "Re-reading the key folder failed; it will be tried again.", e);
        }
    }

    private void reread(KeyFolder keyFolder) {
        KeyFolder.Reading reading = keyFolder.read();
        tellNews(reading.problems());
        List<BearerKey> keys = new ArrayList<>(fixed);
        keys.addAll(reading.keys());
        turnTo(KeyRing.of(keys));
    }

    /** Each problem is reported when it appears, not on every reading. */
    private void tellNews(Set<String> now) {
        now.stream().filter(p -> !problems.contains(p)).forEach(p -> LOG.log(WARNING, p));
        if (now.isEmpty() && !problems.isEmpty()) {
            LOG.log(INFO, "The key folder can be read without problems again.");
        }
        problems = now;
    }

    private void turnTo(KeyRing next) {
        KeyRing before = ring;
        if (next.equals(before)) {
            return;
        }
        ring = next;
        if (next.names().isEmpty()) {
            LOG.log(
                    ERROR,
                    "No key works: NOBODY CAN CALL this service. Put a key into a file of"
                            + " UNMASK_AUTH_KEYS_DIR; it is taken up within seconds.");
        } else {
            LOG.log(INFO, "The keys that work now: " + String.join(", ", next.names()) + ".");
        }
    }
}
