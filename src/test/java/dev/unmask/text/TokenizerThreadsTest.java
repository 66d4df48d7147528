package dev.unmask.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenizerThreadsTest {

    private static final int THREADS = 8;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void manyThreadsGetTheAnswersThatOneGets() throws Exception {
        try (Tokenizer tokenizer = Tokenizer.open(Folders.TOY)) {
            List<String> texts = new ArrayList<>();
            List<int[]> expected = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                texts.add("left [MASK] " + "pleural effusion ".repeat(i) + i);
                expected.add(tokenizer.encode(texts.get(i), true));
            }
            everyThread(() -> {
                for (int round = 0; round < 20; round++) {
                    for (int i = 0; i < texts.size(); i++) {
                        int[] ids = tokenizer.encode(texts.get(i), true);
                        assertThat(ids).isEqualTo(expected.get(i));
                        assertThat(tokenizer.decodeNatively(new int[][] {ids}, false))
                                .containsExactly(tokenizer.decode(ids, false));
                    }
                }
                return null;
            });
        }
    }

    @Test
    void closingWaitsForTheCallsInFlight() throws Exception {
        for (int round = 0; round < 20; round++) {
            Tokenizer tokenizer = Tokenizer.open(Folders.TOY);
            CountDownLatch busy = new CountDownLatch(THREADS);
            List<Future<Integer>> results = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                results.add(threads.submit(() -> {
                    int calls = 0;
                    try {
                        while (true) {
                            tokenizer.encode("left pleural [MASK] effusion ".repeat(20), true);
                            if (calls++ == 0) {
                                busy.countDown();
                            }
                        }
                    } catch (IllegalStateException closed) {
                        return calls;
                    }
                }));
            }
            busy.await();
            tokenizer.close();
            for (Future<Integer> result : results) {
                assertThat(result.get()).isPositive();
            }
        }
    }

    private void everyThread(Callable<Void> work) throws Exception {
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            all.add(work);
        }
        for (Future<Void> result : threads.invokeAll(all)) {
            result.get();
        }
    }
}
