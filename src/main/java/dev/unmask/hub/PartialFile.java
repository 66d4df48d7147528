package dev.unmask.hub;

import dev.unmask.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * An unfinished download: {@code NAME.part} beside its target, with the server's entity tag in {@code NAME.etag}, so that a
 * later attempt, even by another process, requests only the rest.
 */
final class PartialFile implements Destination {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes ([0-9]{1,18})-[0-9]+/(?:[0-9]+|\\*)");
    private static final int CHUNK = 1 << 20;
    private static final long SPACE_CHECKED = 16 << 20;
    private static final long SPACE_LEFT = 256L << 20;

    private final Path target;
    private final Path part;
    private final Path tag;
    private final HubFile file;
    private final long most;
    private final Progress progress;
    private long received;
    private long announced = -1;

    /** @param most the most bytes to accept if the hub doesn't list the file's size */
    PartialFile(Path target, HubFile file, long most, Progress progress) {
        this.target = target;
        this.file = file;
        this.most = most;
        this.progress = progress;
        part = target.resolveSibling(target.getFileName() + ".part");
        tag = target.resolveSibling(target.getFileName() + ".etag");
    }

    /** Resumes an earlier download, and returns how many bytes it left. */
    long begin() throws IOException {
        Files.createDirectories(target.getParent());
        if (Files.isRegularFile(target)) {
            // Even if it looks complete, its digest is verified.
            Files.move(target, part, StandardCopyOption.REPLACE_EXISTING);
        }
        received = Files.exists(part) ? Files.size(part) : 0;
        if (file.size() >= 0 && received > file.size()) {
            received = 0;
            Files.delete(part);
        }
        progress.resume(received);
        if (received > 0 && received == file.size() && !verified()) {
            discard();
        }
        return received;
    }

    boolean complete() {
        return Files.isRegularFile(target);
    }

    /** The request's headers, for the missing rest. */
    Map<String, String> headers() throws IOException {
        Map<String, String> headers = new TreeMap<>(Map.of("Accept-Encoding", "identity"));
        if (received > 0) {
            headers.put("Range", "bytes=%d-".formatted(received));
            if (Files.isRegularFile(tag)) {
                headers.put("If-Range", Files.readString(tag));
            }
        }
        return headers;
    }

    @Override
    public void begin(Receiver.Answer answer) throws IOException {
        long begin = 0;
        if (answer.partial()) {
            Matcher range = CONTENT_RANGE.matcher(answer.header("Content-Range"));
            if (!range.matches() || Long.parseLong(range.group(1)) != received) {
                discard();
                throw new Receiver.OddAnswer("the server returned another part than requested");
            }
            begin = received;
        }
        if (begin == 0) {
            discard();
            rememberTag(answer.header("ETag"));
        }
        String length = answer.header("Content-Length");
        announced = length.isEmpty() ? -1 : begin + Long.parseLong(length);
        if (file.size() >= 0 && announced >= 0 && announced != file.size()) {
            throw new Receiver.OddAnswer(
                    "it is listed with %d bytes, but the server sends %d".formatted(file.size(), announced));
        }
    }

    /** {@code If-Range} only allows a strong tag (RFC 9110, 13.1.5). */
    private void rememberTag(String etag) throws IOException {
        if (etag.startsWith("\"") && etag.chars().allMatch(character -> character > ' ' && character <= '~')) {
            Files.writeString(tag, etag);
        } else {
            Files.deleteIfExists(tag);
        }
    }

    @Override
    public void take(ByteBuffer bytes) throws IOException {
        int length = bytes.remaining();
        if (file.size() >= 0 && received + length > file.size()) {
            throw new Receiver.OddAnswer("the server sent more than its %d bytes".formatted(file.size()));
        }
        if (file.size() < 0) {
            checkUnlisted(received + length);
        }
        try (FileChannel channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
        received += length;
        progress.advance(length);
    }

    /** A body of unknown length must not fill the disk. A retry would not help. */
    private void checkUnlisted(long bytes) throws IOException {
        String problem = null;
        if (bytes > most) {
            problem = "the server sent more than the %,d MiB that are accepted for such a file".formatted(most >> 20);
        } else if (bytes / SPACE_CHECKED != received / SPACE_CHECKED
                && Files.getFileStore(part.getParent()).getUsableSpace() < SPACE_LEFT) {
            problem = "the disk has less than %,d MiB left".formatted(SPACE_LEFT >> 20);
        }
        if (problem != null) {
            discard();
            throw new Receiver.Unwanted("the hub doesn't list its size, and " + problem);
        }
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public void checkEnd() throws IOException {
        long whole = file.size() >= 0 ? file.size() : announced;
        if (whole >= 0 && received < whole) {
            throw new IOException("it ended after %d of %d bytes".formatted(received, whole));
        }
    }

    /** Gives the file its name if it matches the hub's list. */
    boolean verified() throws IOException {
        if (received == 0 && Files.notExists(part)) {
            Files.createFile(part);
        }
        if (!matches()) {
            return false;
        }
        Files.deleteIfExists(tag);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        return true;
    }

    private boolean matches() throws IOException {
        if (file.sha256() != null) {
            return file.sha256().equals(digest("SHA-256", ""));
        }
        return file.gitSha1() == null || file.gitSha1().equals(gitSha1());
    }

    /** Git's object id of a blob: SHA-1 of {@code "blob SIZE\0"} and the contents (Pro Git, "Git Objects"). */
    private String gitSha1() throws IOException {
        return digest("SHA-1", "blob %d\0".formatted(Files.size(part)));
    }

    private String digest(String algorithm, String before) throws IOException {
        MessageDigest digest = DigestUtils.getDigest(algorithm);
        digest.update(before.getBytes(StandardCharsets.US_ASCII));
        try (InputStream bytes = Files.newInputStream(part)) {
            byte[] chunk = new byte[CHUNK];
            for (int read = bytes.read(chunk); read >= 0; read = bytes.read(chunk)) {
                digest.update(chunk, 0, read);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void discard() throws IOException {
        progress.advance(-received);
        received = 0;
        Files.deleteIfExists(part);
        Files.deleteIfExists(tag);
    }
}
