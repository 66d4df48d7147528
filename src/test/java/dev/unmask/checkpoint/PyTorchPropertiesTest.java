package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.unmask.fault.Fault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Assertions;

/**
 * Damaged files either open, with every tensor readable, or are refused in a sentence: nothing else
 * is thrown, and soon. See docs/models.md for how to run it longer.
 */
class PyTorchPropertiesTest {
    private static final Path FILES = Path.of("src/test/resources/pytorch");

    private Path file;

    /** A change to one byte of a file. */
    record Flip(String file, double place, int value) {}

    @BeforeProperty
    void makeFile() throws IOException {
        file = Files.createTempFile("damaged", ".bin");
    }

    @AfterProperty
    void deleteFile() throws IOException {
        Files.delete(file);
    }

    @Provide
    Arbitrary<List<Flip>> flips() {
        Arbitrary<String> files = Arbitraries.of(
                "float.archive.bin", "float.old-zip.bin", "float.extras.bin", "float.legacy.bin", "half.legacy.bin");
        Arbitrary<List<Double>> places = Arbitraries.doubles()
                .between(0, 0.9999)
                .ofScale(4)
                .list()
                .ofMinSize(1)
                .ofMaxSize(4);
        Arbitrary<Integer> values = Arbitraries.integers().between(0, 255);
        return Combinators.combine(files, places, values)
                .as((name, all, value) ->
                        all.stream().map(place -> new Flip(name, place, value)).toList());
    }

    @Property
    void flippedBytesOpenOrAreRefused(@ForAll("flips") List<Flip> flips) throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve(flips.get(0).file()));
        for (Flip flip : flips) {
            bytes[(int) (flip.place() * bytes.length)] = (byte) flip.value();
        }
        opensOrIsRefused(bytes);
    }

    @Property
    void flippedBytesOfTheDirectoryOpenOrAreRefused(
            @ForAll @IntRange(min = 1, max = 3_000) int fromEnd, @ForAll byte value) throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve("float.old-zip.bin"));
        bytes[bytes.length - fromEnd] = value;
        opensOrIsRefused(bytes);
    }

    @Property
    void flippedBytesOfThePickleOpenOrAreRefused(
            @ForAll @IntRange(max = 3_000) int place,
            @ForAll byte value,
            @ForAll @IntRange(max = 3_000) int secondPlace)
            throws IOException {
        byte[] bytes = Files.readAllBytes(FILES.resolve("float.legacy.bin"));
        bytes[place] = value;
        bytes[secondPlace] = value;
        opensOrIsRefused(bytes);
    }

    @Property
    void anyOpcodesAreAValueOrAreRefused(@ForAll("programs") byte[] program) throws IOException {
        byte[] pickle = Arrays.copyOf(new byte[] {(byte) 0x80, 2}, 2 + program.length);
        System.arraycopy(program, 0, pickle, 2, program.length);
        opensOrIsRefused(new ZipWriter()
                .stored("archive/data.pkl", pickle)
                .stored("archive/data/0", new byte[24])
                .file());
    }

    /** Opcodes that are known, with arguments that may fit. */
    @Provide
    Arbitrary<byte[]> programs() {
        Arbitrary<byte[]> part = Arbitraries.of(Map.<String, byte[]>ofEntries(
                                Map.entry("int", new byte[] {'K', 1}),
                                Map.entry("get", new byte[] {'h', 0}),
                                Map.entry("put", new byte[] {'q', 0}),
                                Map.entry("text", new byte[] {'X', 1, 0, 0, 0, '0'}),
                                Map.entry(
                                        "tensor",
                                        new PickleWriter()
                                                .tensor(6, 0, new long[] {2, 3}, new long[] {3, 1})
                                                .bytes()),
                                Map.entry(
                                        "dict", new PickleWriter().orderedDict().bytes()),
                                Map.entry(
                                        "rebuild",
                                        new PickleWriter()
                                                .global("torch._utils", "_rebuild_tensor_v2")
                                                .bytes()))
                        .values())
                .map(bytes -> bytes);
        Arbitrary<byte[]> opcode = Arbitraries.of(PickleOpcode.values()).map(op -> new byte[] {(byte) op.code()});
        Arbitrary<byte[]> simple = Arbitraries.of(
                        '(', ')', '}', ']', 't', '\u0085', 'R', 's', 'u', 'b', 'a', 'e', 'Q', 'N', '.')
                .map(c -> new byte[] {(byte) (char) c});
        return Arbitraries.frequencyOf(Tuple.of(4, part), Tuple.of(6, simple), Tuple.of(1, opcode))
                .list()
                .ofMaxSize(60)
                .map(parts -> {
                    ByteArrayOutputStream all = new ByteArrayOutputStream();
                    parts.forEach(all::writeBytes);
                    return all.toByteArray();
                });
    }

    @Property
    void anyBytesBehindEitherBeginningAreRefused(@ForAll boolean zip, @ForAll @Size(max = 200) byte[] rest)
            throws IOException {
        byte[] start = zip ? new byte[] {'P', 'K', 3, 4} : PyTorchLegacy.MAGIC;
        byte[] bytes = Arrays.copyOf(start, start.length + rest.length);
        System.arraycopy(rest, 0, bytes, start.length, rest.length);
        assertThat(opensOrIsRefused(bytes)).isFalse();
    }

    private boolean opensOrIsRefused(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        return Assertions.assertTimeout(Duration.ofSeconds(2), () -> {
            try (TensorSource source = PyTorchFile.open(file)) {
                for (String name : source.names()) {
                    Tensor tensor = source.tensor(name);
                    // A view may repeat its elements as often as it likes; only its ends are read then.
                    long count = tensor.count();
                    int length = (int) Math.min(count, 10_000);
                    if (tensor.dtype().readableAsFloats()) {
                        tensor.read(0, new float[length], 0, length);
                        tensor.read(count - length, new float[length], 0, length);
                    }
                }
                return true;
            } catch (Fault refused) {
                assertThat(refused.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED);
                assertThat(refused.getMessage())
                        .matches("(?s).*[.?]")
                        .hasSizeLessThan(2_000)
                        .doesNotContain("\n");
                return false;
            }
        });
    }
}
