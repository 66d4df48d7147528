package dev.unmask.bench;

import dev.unmask.checkpoint.Checkpoint;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.MatrixProducts;
import dev.unmask.fault.Fault;
import dev.unmask.graph.BertGraph;
import dev.unmask.graph.Precision;
import dev.unmask.graph.ProductsGraph;
import dev.unmask.graph.Recipe;
import dev.unmask.progress.Progress;
import dev.unmask.progress.Progress.Unit;
import dev.unmask.store.EntryFiles;
import dev.unmask.store.StoredModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Measures the engine alone, without HTTP, tokenizer and ranking. The roof, the model's matrix products and
 * nothing else, is measured alternately, so that other load on the machine affects both.
 */
public final class EngineBench {
    private static final int WARMING_RUNS = 2;
    private static final int PAUSE_MILLISECONDS = 50;

    private final Device device;
    private final int threads;
    private final int runs;
    private final List<String> lengths;
    private final List<Integer> texts;
    private final Progress progress;

    /**
     * @param device where to run
     * @param threads intra-op threads
     * @param runs measured runs of each batch
     * @param lengths tokens of a text, or {@code mixed}
     * @param texts sizes of batches, in texts
     * @param progress receives the progress
     */
    public EngineBench(
            Device device, int threads, int runs, List<String> lengths, List<Integer> texts, Progress progress) {
        this.device = device;
        this.threads = threads;
        this.runs = runs;
        this.lengths = lengths;
        this.texts = texts;
        this.progress = progress;
    }

    /**
     * Measures random weights of given sizes, which are written to the temp folder during the measurement.
     *
     * @param name what the report calls them
     * @throws Fault of kind CONFIGURATION when a length is not allowed or the temp folder can't be written, otherwise as
     *     {@link Engine#open} does
     */
    public BenchReport random(String name, Sizes sizes, Precision precision) {
        List<Batch> batches = batches(sizes.positions(), sizes.vocabulary());
        try (TemporaryFolder folder = new TemporaryFolder();
                Checkpoint checkpoint = Checkpoint.random(sizes.config())) {
            Path graph = folder.file(EntryFiles.GRAPH);
            Recipe recipe = Recipe.uncalibrated(precision.made(), checkpoint.config());
            progress.begin("Writing random weights", BertGraph.weightBytes(checkpoint, recipe), Unit.BYTES);
            BertGraph.write(checkpoint, recipe, graph, folder.file(EntryFiles.WEIGHTS), progress::advance);
            progress.end();
            Optional<Path> cudaGraph =
                    Optional.of(folder.file(EntryFiles.CUDA_GRAPH)).filter(Files::exists);
            try (Engine engine = Engine.open(graph, cudaGraph, device, threads, true)) {
                return measure(name, precision.made().label(), engine, Optional.of(sizes), batches, folder);
            }
        } catch (IOException failed) {
            throw unwritable(failed);
        }
    }

    /**
     * Measures a model.
     *
     * @throws Fault as {@link #random} does
     */
    public BenchReport stored(StoredModel model) {
        Optional<Sizes> sizes = Sizes.of(model.manifest().shape());
        List<Batch> batches = batches(
                model.manifest().shape().positions(), model.manifest().shape().vocabulary());
        try (TemporaryFolder folder = new TemporaryFolder();
                Engine engine = model.engine(device, threads)) {
            return measure(model.manifest().name(), model.manifest().precision(), engine, sizes, batches, folder);
        } catch (IOException failed) {
            throw unwritable(failed);
        }
    }

    private static Fault unwritable(IOException failed) {
        return Fault.configuration(
                "The random weights could not be written to the temp folder %s (choose another by -Djava.io.tmpdir=…): %s."
                        .formatted(System.getProperty("java.io.tmpdir"), failed),
                failed);
    }

    private List<Batch> batches(int positions, int vocabulary) {
        List<Batch> batches = new ArrayList<>();
        for (String length : lengths) {
            for (int size : texts) {
                batches.add(Batch.of(size, length, positions, vocabulary));
            }
        }
        return batches;
    }

    private BenchReport measure(
            String name,
            String precision,
            Engine engine,
            Optional<Sizes> sizes,
            List<Batch> batches,
            TemporaryFolder folder)
            throws IOException {
        progress.begin("Measuring", (long) batches.size() * runs, Unit.RUNS);
        List<Measured> measured = new ArrayList<>();
        if (sizes.isPresent()) {
            try (MatrixProducts roof = roof(sizes.get(), precision, folder)) {
                batches.forEach(batch -> measured.add(measure(engine, roof, sizes.get(), batch)));
            }
        } else {
            batches.forEach(batch -> measured.add(measure(engine, batch)));
        }
        progress.end();
        return new BenchReport(name, precision, engine.provider().name(), threads, engine.runtimeVersion(), measured);
    }

    private MatrixProducts roof(Sizes sizes, String precision, TemporaryFolder folder) throws IOException {
        boolean half = Precision.FP16.accepts(precision);
        Path products = folder.file("products.onnx");
        ProductsGraph.write(sizes.config(), half, products, folder.file("products.weights"));
        return MatrixProducts.open(products, device, threads);
    }

    private Measured measure(Engine engine, MatrixProducts roof, Sizes sizes, Batch batch) {
        double[] model = new double[runs];
        double[] products = new double[runs];
        int tokens = Math.toIntExact(batch.tokens());
        for (int run = -WARMING_RUNS; run < runs; run++) {
            double alone = seconds(engine, () -> roof.multiply(tokens, batch.texts()));
            double whole = seconds(engine, () -> batch.run(engine));
            if (run >= 0) {
                products[run] = alone;
                count(run, whole, model);
            }
        }
        double reached = sizes.arithmetic(batch) / median(model) / 1e9;
        double reachable = sizes.products(batch) / median(products) / 1e9;
        return measured(batch, model, reached, reachable, reached / reachable);
    }

    private Measured measure(Engine engine, Batch batch) {
        double[] model = new double[runs];
        for (int run = -WARMING_RUNS; run < runs; run++) {
            count(run, seconds(engine, () -> batch.run(engine)), model);
        }
        return measured(batch, model, null, null, null);
    }

    private void count(int run, double seconds, double[] times) {
        if (run >= 0) {
            times[run] = seconds;
            progress.advance(1);
        }
    }

    private static Measured measured(Batch batch, double[] times, Double reached, Double reachable, Double share) {
        double median = median(times);
        return new Measured(
                batch.texts(),
                batch.length(),
                batch.tokens(),
                1000 * median,
                1000 * percentile(times, 0.95),
                batch.texts() / median,
                batch.tokens() / median,
                reached,
                reachable,
                share);
    }

    private static double seconds(Engine engine, Runnable work) {
        if (!engine.provider().cuda()) {
            pause();
        }
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e9;
    }

    /**
     * After a run, a session's threads spin for a while, which would slow the other session down. On CUDA there is nothing
     * to wait for, and an idle GPU lowers its clock.
     */
    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static double median(double[] times) {
        return percentile(times, 0.5);
    }

    /** The smallest time that at least this share of all times does not exceed. */
    private static double percentile(double[] times, double share) {
        double[] sorted = times.clone();
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * sorted.length) - 1];
    }

    /** A temporary folder that is deleted afterwards. */
    private static final class TemporaryFolder implements AutoCloseable {
        private final Path path;
        private final List<Path> files = new ArrayList<>();

        TemporaryFolder() throws IOException {
            path = Files.createTempDirectory("unmask-bench");
        }

        Path file(String name) {
            files.add(path.resolve(name));
            return path.resolve(name);
        }

        @Override
        public void close() throws IOException {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.delete(path);
        }
    }
}
