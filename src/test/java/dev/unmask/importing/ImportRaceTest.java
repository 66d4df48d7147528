package dev.unmask.importing;

import static dev.unmask.importing.ImporterTest.names;
import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.progress.Progress;
import dev.unmask.store.Digests;
import dev.unmask.store.Manifest;
import dev.unmask.store.StoredModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two imports of one model at once. */
class ImportRaceTest {
    private static final Path TOY = Path.of("src/test/resources/toy-model");

    @TempDir
    private Path root;

    @Test
    void ofTwoImportsAtOnceOneMakesTheEntryAndTheOtherIsInformed() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        Path target = root.resolve("toy");
        Callable<Manifest> racing = () -> new Importer(TOY, "toy", Precision.FP32, meeting(both)).into(target);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Manifest> made = new ArrayList<>();
            List<Throwable> refused = new ArrayList<>();
            for (Future<Manifest> result : threads.invokeAll(List.of(racing, racing))) {
                try {
                    made.add(result.get());
                } catch (ExecutionException failed) {
                    refused.add(failed.getCause());
                }
            }

            assertThat(made).hasSize(1);
            assertThat(refused).singleElement().isInstanceOf(Fault.class);
            assertThat(refused.get(0)).hasMessageStartingWith("The store already has a model \"toy\";");
            assertThat(names(root)).containsExactly("toy");
            Digests.verify(target, made.get(0));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void twoFirstStartsAtOnceBothOpenTheModel() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        Models store = new Models(root);
        Callable<StoredModel> start = () -> store.open(TOY.toString(), Precision.FP32, meeting(both));
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            List<Future<StoredModel>> opened = threads.invokeAll(List.of(start, start));

            assertThat(opened.get(0).get()).isEqualTo(opened.get(1).get());
            assertThat(names(root.resolve(".cache"))).hasSize(1);
        } finally {
            threads.shutdownNow();
        }
    }

    /** Both have seen that the entry isn't there when they begin. */
    private static Progress meeting(CyclicBarrier barrier) {
        return new Progress() {
            @Override
            public void begin(String task, long bytes, Unit unit) {
                try {
                    barrier.await(60, TimeUnit.SECONDS);
                } catch (Exception broken) {
                    throw new IllegalStateException(broken);
                }
            }

            @Override
            public void advance(long bytes) {}

            @Override
            public void end() {}
        };
    }
}
