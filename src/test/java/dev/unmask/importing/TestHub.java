package dev.unmask.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.unmask.ClosedPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** A hub of one repository, {@code acme/toy}, on the loopback address: the API's listing, files, ranges and mishaps. */
public final class TestHub implements AutoCloseable {
    /** The commit of every revision. */
    public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESOLVE = "/acme/toy/resolve/" + COMMIT + "/";

    /** What happens to one request instead of its answer; returns whether the request is done with. */
    interface Mishap {
        boolean answer(HttpExchange exchange) throws IOException;
    }

    /** A request as it came: path with query, range, token. */
    record Seen(String path, String range, String ifRange, String authorization, String proxyAuthorization) {}

    final Map<String, byte[]> files = new TreeMap<>();
    final List<Seen> seen = new CopyOnWriteArrayList<>();
    /** What is changed in the listing before it is sent. */
    Consumer<ObjectNode> listed = listing -> {};

    private final Map<String, Deque<Mishap>> mishaps = new TreeMap<>();
    private final HttpServer server;
    private final InetSocketAddress address;
    private ClosedPort left;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    private TestHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
        address = server.getAddress();
    }

    /** A hub that has the files of a folder. */
    public static TestHub of(Path folder) throws IOException {
        TestHub hub = new TestHub();
        for (String name : ImporterTest.names(folder)) {
            hub.files.put(name, Files.readAllBytes(folder.resolve(name)));
        }
        return hub;
    }

    /** Its address. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + address.getPort());
    }

    /** How many requests have come. */
    public int requests() {
        return seen.size();
    }

    /** The next requests for a file, or for the listing where it is called "", go wrong like this, one each. */
    void next(String file, Mishap... wrong) {
        mishaps.computeIfAbsent(file, name -> new ArrayDeque<>()).addAll(Arrays.asList(wrong));
    }

    /** All requests for it go wrong. */
    void always(String file, Mishap wrong) {
        Mishap[] many = new Mishap[100];
        Arrays.fill(many, wrong);
        next(file, many);
    }

    List<Seen> seen(String file) {
        return seen.stream()
                .filter(request -> request.path().equals(RESOLVE + file))
                .toList();
    }

    static Mishap status(int status, String... headers) {
        return exchange -> {
            for (int i = 0; i < headers.length; i += 2) {
                exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
            }
            exchange.sendResponseHeaders(status, -1);
            return true;
        };
    }

    /** Sends so many bytes of a file, announces all of it, and hangs up. */
    static Mishap truncated(byte[] file, int length) {
        return exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"one\"");
            exchange.sendResponseHeaders(200, file.length);
            exchange.getResponseBody().write(file, 0, length);
            exchange.getResponseBody().flush();
            throw new IOException("hangs up");
        };
    }

    static Mishap bytes(byte[] body) {
        return exchange -> {
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            return true;
        };
    }

    /** Sends without an end, until nobody takes it. */
    static Mishap endless() {
        return exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 16];
            while (true) {
                exchange.getResponseBody().write(chunk);
            }
        };
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            seen.add(new Seen(
                    path,
                    exchange.getRequestHeaders().getFirst("Range"),
                    exchange.getRequestHeaders().getFirst("If-Range"),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst("Proxy-Authorization")));
            String file = path.startsWith(RESOLVE) ? path.substring(RESOLVE.length()) : "";
            Mishap mishap;
            synchronized (mishaps) {
                mishap = mishaps.getOrDefault(file, new ArrayDeque<>()).poll();
            }
            if (mishap != null && mishap.answer(exchange)) {
                return;
            }
            if (path.startsWith("/api/models/acme/toy/revision/")) {
                bytes(listing()).answer(exchange);
            } else if (files.containsKey(file)) {
                send(exchange, files.get(file));
            } else {
                status(404, "X-Error-Code", path.startsWith("/api") ? "RepoNotFound" : "EntryNotFound")
                        .answer(exchange);
            }
        }
    }

    private static void send(HttpExchange exchange, byte[] file) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        exchange.getResponseHeaders().set("ETag", "\"one\"");
        if (range == null || condition != null && !condition.equals("\"one\"")) {
            bytes(file).answer(exchange);
            return;
        }
        int begin = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
        if (begin >= file.length) {
            status(416).answer(exchange);
            return;
        }
        exchange.getResponseHeaders()
                .set("Content-Range", "bytes %d-%d/%d".formatted(begin, file.length - 1, file.length));
        exchange.sendResponseHeaders(206, file.length - begin);
        exchange.getResponseBody().write(file, begin, file.length - begin);
    }

    /** Weights are in large-file storage, with a SHA-256; the rest is git's, with its blob name. */
    private byte[] listing() throws IOException {
        ObjectNode root = JSON.createObjectNode().put("id", "acme/toy").put("sha", COMMIT);
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            ObjectNode sibling = root.withArray("siblings").addObject();
            sibling.put("rfilename", file.getKey()).put("size", file.getValue().length);
            byte[] header = "blob %d\0".formatted(file.getValue().length).getBytes(StandardCharsets.US_ASCII);
            sibling.put("blobId", digest("SHA-1", header, file.getValue()));
            if (file.getKey().endsWith(".safetensors") || file.getKey().endsWith(".bin")) {
                sibling.putObject("lfs")
                        .put("sha256", digest("SHA-256", file.getValue()))
                        .put("size", file.getValue().length)
                        .put("pointerSize", 134);
            }
        }
        listed.accept(root);
        return JSON.writeValueAsBytes(root);
    }

    private static String digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new AssertionError(missing);
        }
    }

    /** From now on nobody answers, and nobody else is given its port, until this is closed. */
    public void stop() throws IOException {
        server.stop(0);
        left = new ClosedPort(address);
    }

    @Override
    public void close() throws IOException {
        server.stop(0);
        threads.shutdownNow();
        if (left != null) {
            left.close();
        }
    }
}
