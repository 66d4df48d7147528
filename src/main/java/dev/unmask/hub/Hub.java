package dev.unmask.hub;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.unmask.fault.Fault;
import dev.unmask.progress.Progress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hc.core5.http.HttpStatus;

/** A Hugging Face hub: lists and downloads a model's files. */
public final class Hub implements AutoCloseable {
    private static final int LONGEST_LISTING = 32 << 20;

    private final HubSettings settings;
    private final HubConnection connection;
    private final RetryPolicy<Receiver.Answer> retries;

    /** @param settings how to reach the hub */
    public Hub(HubSettings settings) {
        this.settings = settings;
        connection = new HubConnection(settings);
        retries = Retries.policy(settings.patience());
    }

    /**
     * The files of a model at the requested revision.
     *
     * @throws Fault of kind MODEL_REFUSED, with what to do about it, when the hub doesn't list them
     */
    public HubListing listing(HubReference model) throws InterruptedException {
        URI uri = URI.create("%s/api/models/%s/revision/%s?blobs=true"
                .formatted(settings.endpoint(), model.repository(), encoded(model.revisionOrMain())));
        Text text = new Text();
        patiently(new HubQuestion(model, null, settings), text, () -> connection.get(uri, Map.of(), text));
        return HubListing.read(model, text.bytes());
    }

    /**
     * Downloads a file, or the missing part of it, and verifies its size and digest.
     *
     * @param target the file to create; until it is complete and verified, it has another name beside that
     * @param most the most bytes to accept if the hub doesn't list the file's size
     * @throws Fault of kind MODEL_REFUSED, with what to do about it, when that finally fails
     */
    public void download(HubReference model, String commit, HubFile file, Path target, long most, Progress progress)
            throws InterruptedException, IOException {
        URI uri = URI.create("%s/%s/resolve/%s/%s"
                .formatted(
                        settings.endpoint(),
                        model.repository(),
                        commit,
                        Arrays.stream(file.path().split("/")).map(Hub::encoded).collect(Collectors.joining("/"))));
        HubQuestion question = new HubQuestion(model, file, settings);
        PartialFile part = new PartialFile(target, file, most, progress);
        // The bytes of an earlier download may be damaged: retry from the beginning.
        for (boolean resumed = part.begin() > 0; !part.complete(); resumed = false) {
            patiently(question, part, () -> connection.get(uri, part.headers(), part));
            if (!part.verified()) {
                part.discard();
                if (!resumed) {
                    throw question.corrupt();
                }
            }
        }
    }

    private interface Attempt {
        Receiver.Answer run() throws IOException, InterruptedException;
    }

    private void patiently(HubQuestion question, Destination destination, Attempt attempt) throws InterruptedException {
        try {
            Receiver.Answer answer = attempts(destination, attempt);
            while (answer == null) {
                // There was progress: the next failure counts as the first.
                Thread.sleep(settings.patience().backOff().toMillis());
                answer = attempts(destination, attempt);
            }
            if (!answer.succeeded()) {
                throw question.refused(answer);
            }
        } catch (Receiver.Broken broken) {
            throw question.notTaken((IOException) broken.getCause());
        } catch (IOException failed) {
            throw question.unreachable(failed);
        }
    }

    /** Retries until there is a response, patience runs out, or there was partial progress, which returns null. */
    private Receiver.Answer attempts(Destination destination, Attempt attempt)
            throws IOException, InterruptedException {
        try {
            return Failsafe.with(retries).get(() -> attempt(destination, attempt));
        } catch (FailsafeException failed) {
            if (failed.getCause() instanceof InterruptedException stopped) {
                // Failsafe has set the thread's interrupt flag, which the exception replaces.
                Thread.interrupted();
                throw stopped;
            }
            throw (IOException) failed.getCause();
        }
    }

    private static Receiver.Answer attempt(Destination destination, Attempt attempt)
            throws IOException, InterruptedException {
        long before = destination.received();
        try {
            Receiver.Answer answer = attempt.run();
            if (answer.succeeded()) {
                destination.checkEnd();
            } else if (answer.status() == HttpStatus.SC_REQUESTED_RANGE_NOT_SATISFIABLE && before > 0) {
                destination.discard();
            }
            return answer;
        } catch (Receiver.Broken | Receiver.OddAnswer kept) {
            // Wrong content may be permanent.
            throw kept;
        } catch (IOException failed) {
            if (destination.received() > before) {
                return null;
            }
            throw failed;
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** A text response. */
    private static final class Text implements Destination {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream();

        @Override
        public void begin(Receiver.Answer answer) {
            text.reset();
        }

        @Override
        public void take(ByteBuffer bytes) throws IOException {
            if (text.size() + bytes.remaining() > LONGEST_LISTING) {
                throw new IOException("the list of files is longer than %d MiB".formatted(LONGEST_LISTING >> 20));
            }
            byte[] chunk = new byte[bytes.remaining()];
            bytes.get(chunk);
            text.write(chunk);
        }

        byte[] bytes() {
            return text.toByteArray();
        }

        @Override
        public long received() {
            return 0;
        }

        @Override
        public void checkEnd() {}

        @Override
        public void discard() {
            text.reset();
        }
    }
}
