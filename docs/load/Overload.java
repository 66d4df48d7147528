import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Asks a running service for more than it can do, and prints what became of it as a table:
 *
 * <pre>UNMASK_API_KEY=change-me java docs/load/Overload.java [URL]</pre>
 *
 * The capacity is measured first, by the same requests: lists one after the other, and the mix with few clients. Takes about
 * four minutes. Needs Java 17 and nothing else.
 */
final class Overload {
    private static final int SECONDS = 20;
    private static final int LIST = 40;
    private static final int BODIES = 50;
    private static final int SINGLES_FOR_A_LIST = 10;
    private static final String WORDS =
            "there is no focal consolidation pleural effusion or pneumothorax the heart size and mediastinal contours are within normal limits";

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Random random = new Random(1);
    private final Map<Integer, List<String>> bodies = new ConcurrentHashMap<>();
    private final URI address;
    private final String key;

    /** One request: its texts, its status, and when it was sent and answered. */
    private record Asked(int texts, int status, long sent, long answered) {
        double milliseconds() {
            return (answered - sent) / 1e6;
        }
    }

    private Overload(String address, String key) {
        this.address = URI.create(address + "/predict");
        this.key = key;
    }

    public static void main(String[] arguments) throws Exception {
        String key = System.getenv("UNMASK_API_KEY");
        if (key == null) {
            System.err.println("Set UNMASK_API_KEY to a key of the service.");
            System.exit(2);
        }
        new Overload(arguments.length == 0 ? "http://localhost:8080" : arguments[0], key).run();
    }

    private void run() throws Exception {
        // Until hot code is compiled, on both sides.
        closedLoop(12, 10, () -> LIST);
        System.out.printf("| %-52s | answered | part of capacity | statuses | 429 after (median, most) | 200 after (median, most) |%n", "load");
        System.out.println("|---|---|---|---|---|---|");
        List<Asked> lists = closedLoop(1, SECONDS, () -> LIST);
        double capacity = textsASecond(lists);
        print("lists of 40, one after the other", lists, capacity);
        print("12 clients with lists of 40, without a pause", closedLoop(12, SECONDS, () -> LIST), capacity);
        List<Asked> mixed = closedLoop(4, SECONDS, this::mixed);
        double mixedCapacity = textsASecond(mixed);
        print("4 clients with singles and lists, without a pause", mixed, mixedCapacity);
        for (int times : new int[] {1, 3, 10}) {
            print("singles and lists at " + times + " x the capacity", openLoop(times * mixedCapacity, SECONDS), mixedCapacity);
        }
        print("a list of 256", List.of(ask(256).join()), capacity);
        List<CompletableFuture<Asked>> large = List.of(ask(256), ask(256));
        List<Asked> singles = new ArrayList<>();
        Thread.sleep(1_000);
        do {
            singles.add(ask(1).join());
            Thread.sleep(100);
        } while (!large.get(1).isDone());
        print("singles beside two lists of 256", singles, capacity);
        large.forEach(CompletableFuture::join);
    }

    private synchronized int mixed() {
        return random.nextInt(SINGLES_FOR_A_LIST + 1) == 0 ? LIST : 1;
    }

    /** A sentence of 6 to 110 words, as in mixed.lua. */
    private String text() {
        String[] words = WORDS.split(" ");
        StringJoiner text = new StringJoiner(" ", "\"", " .\"");
        int length = 6 + random.nextInt(105);
        int mask = random.nextInt(length);
        for (int i = 0; i < length; i++) {
            text.add(i == mask ? "[MASK]" : words[random.nextInt(words.length)]);
        }
        return text.toString();
    }

    /** Made beforehand, so that this program leaves the processors to the service. */
    private String body(int texts) {
        List<String> ready = bodies.computeIfAbsent(texts, count -> new ArrayList<>());
        synchronized (random) {
            if (ready.size() < BODIES) {
                StringJoiner inputs = new StringJoiner(",", "{\"inputs\":[", "]}");
                for (int i = 0; i < texts; i++) {
                    inputs.add(text());
                }
                ready.add(inputs.toString());
            }
            return ready.get(random.nextInt(ready.size()));
        }
    }

    private CompletableFuture<Asked> ask(int texts) {
        HttpRequest request = HttpRequest.newBuilder(address)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .timeout(Duration.ofMinutes(4))
                .POST(BodyPublishers.ofString(body(texts)))
                .build();
        long sent = System.nanoTime();
        return client.sendAsync(request, BodyHandlers.discarding())
                .thenApply(HttpResponse::statusCode)
                .exceptionally(failed -> 0)
                .thenApply(status -> new Asked(texts, status, sent, System.nanoTime()));
    }

    private interface Texts {
        int next();
    }

    /** So many clients, each of which sends its next request once it has the answer to the last. */
    private List<Asked> closedLoop(int clients, int seconds, Texts texts) throws InterruptedException {
        List<Asked> all = Collections.synchronizedList(new ArrayList<>());
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(() -> {
                while (System.nanoTime() < end) {
                    all.add(ask(texts.next()).join());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return all;
    }

    /** Requests at random times, so many texts a second on average, whatever becomes of those before. */
    private List<Asked> openLoop(double textsASecond, int seconds) throws InterruptedException {
        double meanTexts = (double) (LIST + SINGLES_FOR_A_LIST) / (1 + SINGLES_FOR_A_LIST);
        List<CompletableFuture<Asked>> all = new ArrayList<>();
        long next = System.nanoTime();
        long end = next + Duration.ofSeconds(seconds).toNanos();
        while (next < end) {
            long wait = next - System.nanoTime();
            if (wait > 0) {
                Thread.sleep(wait / 1_000_000, (int) (wait % 1_000_000));
            }
            all.add(ask(mixed()));
            next += (long) (-Math.log(1 - random.nextDouble()) * meanTexts / textsASecond * 1e9);
        }
        return all.stream().map(CompletableFuture::join).toList();
    }

    /** Answered texts a second, from the first request until the last answer. */
    private static double textsASecond(List<Asked> asked) {
        long first = asked.stream().mapToLong(Asked::sent).min().orElseThrow();
        long last = asked.stream()
                .filter(one -> one.status() == 200)
                .mapToLong(Asked::answered)
                .max()
                .orElse(Long.MAX_VALUE);
        return asked.stream()
                        .filter(one -> one.status() == 200)
                        .mapToInt(Asked::texts)
                        .sum()
                / ((last - first) / 1e9);
    }

    private static void print(String load, List<Asked> asked, double capacity) {
        Map<Integer, Integer> statuses = new TreeMap<>();
        asked.forEach(one -> statuses.merge(one.status(), 1, Integer::sum));
        double rate = textsASecond(asked);
        System.out.printf(
                "| %-52s | %.1f texts/s | %.2f | %s | %s | %s |%n",
                load, rate, rate / capacity, statuses, times(asked, 429), times(asked, 200));
    }

    private static String times(List<Asked> asked, int status) {
        double[] times = asked.stream()
                .filter(one -> one.status() == status)
                .mapToDouble(Asked::milliseconds)
                .sorted()
                .toArray();
        return times.length == 0 ? "" : "%.0f ms, %.0f ms".formatted(times[times.length / 2], times[times.length - 1]);
    }
}
