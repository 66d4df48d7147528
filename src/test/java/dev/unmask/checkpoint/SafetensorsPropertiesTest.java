package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever bytes a file has: it opens and can be read, or it is refused with a sentence. */
class SafetensorsPropertiesTest {
    private static final long MOST_BYTES_ALLOCATED = 4 << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final byte[] VALID = new SafetensorsWriter()
            .metadata("{\"format\":\"pt\"}")
            .floats("embeddings.LayerNorm.weight", new long[] {2, 3}, 1, 2, 3, 4, 5, 6)
            .tensor("half", "F16", new long[] {4}, new byte[8])
            .tensor("position_ids", "I64", new long[] {1, 2}, new byte[16])
            .floats("none", new long[] {0})
            .tensor("brain", "BF16", new long[] {1}, new byte[2])
            .file();

    private static final int DATA_START = VALID.length - 24 - 8 - 16 - 2;

    record Flip(int at, byte to) {}

    @Provide
    Arbitrary<Flip> flips() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, VALID.length - 1).withoutEdgeCases(), Arbitraries.bytes())
                .as(Flip::new);
    }

    @Property(tries = 1500)
    void bytesChangedAnywhereAreRefusedOrRead(@ForAll @Size(min = 1, max = 4) List<@From("flips") Flip> flips)
            throws IOException {
        byte[] changed = VALID.clone();
        flips.forEach(flip -> changed[flip.at()] = flip.to());
        Map<String, Long> counts = openAndRead(changed);
        if (flips.stream().allMatch(flip -> flip.at() >= DATA_START)) {
            assertThat(counts).containsOnlyKeys("embeddings.LayerNorm.weight", "half", "position_ids", "none", "brain");
        }
    }

    @Property(tries = 500)
    void filesCutAnywhereAreRefused(@ForAll @IntRange(min = 1, max = 400) int cut) throws IOException {
        byte[] shorter = Arrays.copyOf(VALID, Math.max(0, VALID.length - cut));
        assertThat(openAndRead(shorter)).isNull();
    }

    @Property(tries = 500)
    void anyBytesAreRefusedOrRead(@ForAll @Size(max = 200) byte[] bytes) throws IOException {
        openAndRead(bytes);
    }

    @Property(tries = 500)
    void anyBytesAsHeaderAreRefusedOrRead(@ForAll @Size(max = 200) byte[] header) throws IOException {
        openAndRead(SafetensorsWriter.file(header, new byte[8]));
    }

    @Property(tries = 500)
    void anyLengthOfHeaderIsRefusedOrRead(@ForAll long headerLength) throws IOException {
        openAndRead(SafetensorsWriter.file(headerLength, "{}      ".getBytes(UTF_8), new byte[0]));
    }

    @Provide
    Arbitrary<String> headers() {
        Arbitrary<String> number = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 8).map(String::valueOf),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.of("-0", "1.5", "1e3", "18446744073709551615", "null", "\"1\"", "[]"));
        Arbitrary<String> numbers = number.list().ofMaxSize(3).map(list -> "[" + String.join(",", list) + "]");
        Arbitrary<String> dtype =
                Arbitraries.of("\"F32\"", "\"F16\"", "\"U8\"", "\"I64\"", "\"\"", "\"F4\"", "7", "{}");
        Arbitrary<String> entry = Combinators.combine(dtype, numbers, numbers)
                .as("{\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s}"::formatted);
        Arbitrary<String> value = Arbitraries.frequencyOf(
                Tuple.of(8, entry),
                Tuple.of(1, numbers),
                Tuple.of(1, Arbitraries.of("{}", "1", "{\"a\":\"b\"}", "\"\"", "[[")));
        Arbitrary<String> name = Arbitraries.of("a", "b", "c", "", "__metadata__", "\\u0000", "\\ud83d");
        return Combinators.combine(name, value)
                .as((n, v) -> "\"" + n + "\":" + v)
                .list()
                .ofMaxSize(4)
                .map(list -> "{" + String.join(",", list) + "}");
    }

    @Property(tries = 1500)
    void anyHeaderIsRefusedOrItsTensorsFillTheFile(
            @ForAll("headers") String header, @ForAll @IntRange(min = 0, max = 16) int dataBytes) throws IOException {
        openAndRead(SafetensorsWriter.file(header, new byte[dataBytes]));
    }

    @Provide
    Arbitrary<List<float[]>> tensors() {
        return Arbitraries.floats().array(float[].class).ofMaxSize(20).list().ofMaxSize(8);
    }

    @Property(tries = 200)
    void whatIsWrittenIsReadBack(@ForAll("tensors") List<float[]> tensors) throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        for (int i = 0; i < tensors.size(); i++) {
            writer.floats("t" + i, new long[] {tensors.get(i).length}, tensors.get(i));
        }
        Path path = Files.write(Files.createTempFile("unmask", ".safetensors"), writer.file());
        try (TensorSource opened = Safetensors.open(path)) {
            List<float[]> read = new ArrayList<>();
            opened.names().stream()
                    .sorted()
                    .forEach(name -> read.add(opened.tensor(name).floats()));
            assertThat(read).usingRecursiveComparison().isEqualTo(tensors);
        } finally {
            Files.delete(path);
        }
    }

    /** The number of elements by name, or null where the file is refused. */
    private static Map<String, Long> openAndRead(byte[] file) throws IOException {
        Path path = Files.write(Files.createTempFile("unmask", ".safetensors"), file);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try (TensorSource opened = Safetensors.open(path)) {
            return readAll(opened);
        } catch (Fault refused) {
            assertThat(refused.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
            assertThat(refused).hasMessageStartingWith(path.getFileName().toString());
            return null;
        } finally {
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(MOST_BYTES_ALLOCATED);
            Files.delete(path);
        }
    }

    private static Map<String, Long> readAll(TensorSource opened) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String name : opened.names()) {
            Tensor tensor = opened.tensor(name);
            if (tensor.dtype().readableAsFloats()) {
                assertThat(tensor.floats()).hasSize((int) tensor.count());
            }
            counts.put(name, tensor.count());
        }
        return counts;
    }
}
