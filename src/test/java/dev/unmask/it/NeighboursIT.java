package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** Whoever else asks: an answer is to the last digit the one that its text has alone. */
@Isolated("It measures, or loads the machine.")
class NeighboursIT {
    private static final int CLIENTS = 12;
    private static final String[] WORDS = {
        "there", "is", "no", "pleural", "effusion", "or", "pneumothorax", "the", "lungs", "are", "clear", "heart"
    };

    private static Service service;

    @BeforeAll
    static void start() throws Exception {
        service = Service.ready(
                Program.folder(),
                Map.of(
                        "UNMASK_MODEL",
                        Path.of("model-store/demo").toAbsolutePath().toString()));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void answersUnderLoadAreThoseOfAQuietService() throws Exception {
        Random random = new Random(7);
        List<String> texts =
                IntStream.range(0, 60).mapToObj(text -> text(random)).toList();
        Map<String, String> alone = new HashMap<>();
        texts.forEach(text -> alone.put(text, ask(Json.string(text))));

        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                Random own = new Random(client);
                running.add(clients.submit(() -> IntStream.range(0, 40).forEach(request -> {
                    List<String> some = IntStream.range(0, own.nextInt(4) == 0 ? 1 + own.nextInt(20) : 1)
                            .mapToObj(text -> texts.get(own.nextInt(texts.size())))
                            .toList();
                    check(some, alone);
                })));
            }
            for (Future<?> client : running) {
                client.get();
            }
        } finally {
            clients.shutdownNow();
        }
    }

    private static void check(List<String> texts, Map<String, String> alone) {
        if (texts.size() == 1) {
            assertThat(ask(Json.string(texts.get(0)))).isEqualTo(alone.get(texts.get(0)));
        } else {
            String list = texts.stream().map(Json::string).collect(Collectors.joining(",", "[", "]"));
            assertThat(ask(list)).isEqualTo(texts.stream().map(alone::get).collect(Collectors.joining(",", "[", "]")));
        }
    }

    private static String ask(String inputs) {
        return service.post("{\"inputs\":%s}".formatted(inputs))
                .then()
                .statusCode(200)
                .extract()
                .asString();
    }

    private static String text(Random random) {
        int length = 1 + random.nextInt(random.nextBoolean() ? 12 : 100);
        return IntStream.range(0, length)
                .mapToObj(word -> word == length / 2 ? "[MASK]" : WORDS[random.nextInt(WORDS.length)])
                .collect(Collectors.joining(" "));
    }
}
