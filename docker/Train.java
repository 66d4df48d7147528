import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the service once, asks it what clients ask, and has Java write its ahead-of-time cache from that (JEP 483 and
 * 514). Run while an image is built: {@code java Train.java CACHE JAVA OPTION…}, where the options start the service.
 */
final class Train {
    /** What the service logs once it listens; it binds any free ports, so that none can be taken. */
    private static final Pattern LISTENING =
            Pattern.compile("Listening on: (http://[^ ]+\\d)\\. Management interface listening on (http://[^ ]+\\d)\\.");
    private static final int STOPPED_BY_SIGTERM = 143;
    private static final String ONE = "{\"inputs\": \"There is no [MASK] effusion.\", \"parameters\": {\"top_k\": 2}}";
    private static final String SEVERAL =
            "{\"inputs\": [\"[MASK] is clear.\", \"a [MASK] b [MASK]\"], \"parameters\": {\"targets\": [\"heart\"]}}";

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path cache = Path.of(arguments[0]);
        List<String> command = new ArrayList<>(List.of(arguments).subList(1, arguments.length));
        command.add(1, "-XX:AOTCacheOutput=" + cache);
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "UNMASK_API_KEY", "training",
                        "UNMASK_DEVICE", "cpu",
                        "QUARKUS_HTTP_HOST", "127.0.0.1",
                        "QUARKUS_HTTP_PORT", "0",
                        "QUARKUS_MANAGEMENT_HOST", "127.0.0.1",
                        "QUARKUS_MANAGEMENT_PORT", "0"));
        Process service = builder.start();
        try {
            Matcher listening = listening(service);
            String api = listening.group(1);
            awaitReady(service, listening.group(2) + "/q/health/ready");
            for (int i = 0; i < 50; i++) {
                check(200, ask(api + "/predict", ONE));
                check(200, ask(api + "/", SEVERAL));
                check(400, ask(api + "/score", "{}"));
                check(200, get(api + "/info"));
                check(200, get(api + "/health"));
            }
            check(200, get(api + "/swagger.json"));
            // Not Process.destroy, which closes the output that the cache's writer still needs.
            service.toHandle().destroy();
            if (!service.waitFor(5, TimeUnit.MINUTES) || service.exitValue() != STOPPED_BY_SIGTERM) {
                throw new IOException("the service did not end as it should");
            }
        } finally {
            service.destroyForcibly();
        }
        if (!Files.isRegularFile(cache)) {
            throw new IOException("Java wrote no cache");
        }
    }

    /** Passes on all that the service writes, and returns its line that says where it listens. */
    private static Matcher listening(Process service) throws IOException {
        BufferedReader output = service.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            System.out.println(line);
            Matcher said = LISTENING.matcher(line);
            if (said.find()) {
                Thread rest = new Thread(() -> output.lines().forEach(System.out::println), "rest of the output");
                rest.setDaemon(true);
                rest.start();
                return said;
            }
        }
        throw new IOException("the service ended before it listened");
    }

    private static void awaitReady(Process service, String ready) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (!service.isAlive()) {
                throw new IOException("the service ended with " + service.exitValue());
            }
            try {
                if (get(ready) == 200) {
                    return;
                }
            } catch (IOException notListeningYet) {
                // Its turn comes.
            }
            Thread.sleep(200);
        }
        throw new IOException("the service is not ready after two minutes");
    }

    private static int get(String address) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address)));
    }

    private static int ask(String address, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(address))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        request.header("Authorization", "Bearer training").timeout(Duration.ofSeconds(30));
        return CLIENT.send(request.build(), BodyHandlers.ofString()).statusCode();
    }

    private static void check(int expected, int status) throws IOException {
        if (status != expected) {
            throw new IOException("the service answered %d instead of %d".formatted(status, expected));
        }
    }
}
