package dev.unmask.hub;

import dev.failsafe.Failsafe;
import dev.failsafe.FailsafeException;
import dev.failsafe.RetryPolicy;
import dev.unmask.fault.Fault;
import dev.unmask.progress.ByteProgress;
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

/** A Hugging Face hub: which files a model has, and the files. */
public final class Hub implements AutoCloseable {
    private static final int LONGEST_LISTING = 32 << 20;

    private final HubSettings settings;
    private final HubConnection connection;
    private final RetryPolicy<Receiver.Answer> retries;

    /** @param settings how the hub is reached */
    public Hub(HubSettings settings) {
        this.settings = settings;
        connection = new HubConnection(settings);
        retries = Retries.policy(settings.patience());
    }

    /**
     * The files of a model at the revision that is asked for.
     *
     * @throws Fault of kind MODEL_REFUSED, with what to do about it, when the hub does not tell
     */
    public HubListing listing(HubReference model) throws InterruptedException {
        URI uri = URI.create("%s/api/models/%s/revision/%s?blobs=true"
                .formatted(settings.endpoint(), model.repository(), encoded(model.revisionOrMain())));
        Text text = new Text();
        patiently(new HubQuestion(model, null, settings), text, () -> connection.get(uri, Map.of(), text));
        return HubListing.read(model, text.bytes());
    }

    /**
     * Downloads a file, or what is missing of it, and holds it against its size and digest.
     *
     * @param target where it goes; while it is not whole and verified it lies beside that under another name
     * @param most the bytes that are taken where the hub doesn't say the file's size
     * @throws Fault of kind MODEL_REFUSED, with what to do about it, when that fails for good
     */
    public void download(HubReference model, String commit, HubFile file, Path target, long most, ByteProgress progress)
            throws InterruptedException, IOException {
        URI uri = URI.create("%s/%s/resolve/%s/%s"
                .formatted(
                        settings.endpoint(),
                        model.repository(),
                        commit,
                        Arrays.stream(file.path().split("/")).map(Hub::encoded).collect(Collectors.joining("/"))));
        HubQuestion question = new HubQuestion(model, file, settings);
        PartialFile part = new PartialFile(target, file, most, progress);
        // Bytes that a broken download left may be what is wrong: another try begins with nothing.
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
                // Something came: the next failure is the first again.
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

    /** Asks until there is an answer, patience is at its end, or something has come, though not all; that is null. */
    private Receiver.Answer attempts(Destination destination, Attempt attempt)
            throws IOException, InterruptedException {
        try {
            return Failsafe.with(retries).get(() -> attempt(destination, attempt));
        } catch (FailsafeException failed) {
            if (failed.getCause() instanceof InterruptedException stopped) {
                // It has set the thread's flag, which goes with the exception.
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
            // What is wrong with what came may be so for ever.
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

    /** An answer of text. */
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
