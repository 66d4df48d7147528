package dev.unmask.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** A copy of the toy model's folder, to be changed, mostly for the worse. */
final class ToyCheckpoint {
    private static final String WEIGHTS = "model.safetensors";

    /** A tensor of 32-bit floats: its shape, its bytes, and after these as many zeros as the shape asks for. */
    private record Tensor(int[] shape, byte[] bytes) {
        long size() {
            return Arrays.stream(shape).asLongStream().reduce(4, Math::multiplyExact);
        }
    }

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final ObjectNode config;

    ToyCheckpoint() throws IOException {
        config = (ObjectNode) Json.read(Files.readString(Service.TOY.resolve("config.json")));
        ByteBuffer file = ByteBuffer.wrap(Files.readAllBytes(Service.TOY.resolve(WEIGHTS)))
                .order(ByteOrder.LITTLE_ENDIAN);
        byte[] header = new byte[Math.toIntExact(file.getLong())];
        file.get(header);
        int begin = file.position();
        Json.read(new String(header, StandardCharsets.UTF_8)).properties().forEach(entry -> {
            if (!entry.getKey().equals("__metadata__")) {
                tensors.put(entry.getKey(), tensor(entry.getValue(), file.array(), begin));
            }
        });
    }

    private static Tensor tensor(JsonNode entry, byte[] file, int begin) {
        int[] shape = new int[entry.get("shape").size()];
        Arrays.setAll(shape, i -> entry.get("shape").get(i).intValue());
        JsonNode offsets = entry.get("data_offsets");
        return new Tensor(
                shape,
                Arrays.copyOfRange(
                        file,
                        begin + offsets.get(0).intValue(),
                        begin + offsets.get(1).intValue()));
    }

    /** Leaves out the masked-LM head. */
    ToyCheckpoint withoutHead() {
        if (!tensors.keySet().removeIf(name -> name.startsWith("cls."))) {
            throw new AssertionError("There is no head to leave out.");
        }
        return this;
    }

    /** Says something else in its config.json. */
    ToyCheckpoint configured(String key, int value) {
        config.put(key, value);
        return this;
    }

    /** Makes all that is as large as a number of config.json larger, with zeros at the end. */
    ToyCheckpoint stretched(String key, int size) {
        int former = config.get(key).intValue();
        tensors.replaceAll((name, tensor) -> new Tensor(
                Arrays.stream(tensor.shape())
                        .map(dimension -> dimension == former ? size : dimension)
                        .toArray(),
                tensor.bytes()));
        return configured(key, size);
    }

    /** Says something else in its config.json. */
    ToyCheckpoint configured(String key, String value) {
        config.put(key, value);
        return this;
    }

    /** Adds CXR-BERT's projection head with random weights. */
    ToyCheckpoint withProjection(int size, Random random) {
        int hidden = config.get("hidden_size").intValue();
        String head = "cls_projection_head.";
        tensors.put(head + "dense_to_hidden.weight", random(random, size, hidden));
        tensors.put(head + "dense_to_hidden.bias", random(random, size));
        tensors.put(head + "LayerNorm.weight", random(random, size));
        tensors.put(head + "LayerNorm.bias", random(random, size));
        tensors.put(head + "dense_to_output.weight", random(random, size, size));
        tensors.put(head + "dense_to_output.bias", random(random, size));
        return this;
    }

    private static Tensor random(Random random, int... shape) {
        int count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        ByteBuffer bytes = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
        random.doubles(count, -1, 1).forEach(value -> bytes.putFloat((float) value));
        return new Tensor(shape, bytes.array());
    }

    /** Adds a tensor that the model has no use for. */
    ToyCheckpoint withBallast(int floats) {
        tensors.put("bert.pooler.ballast", new Tensor(new int[] {floats}, new byte[0]));
        return this;
    }

    /** Writes it into a new folder. */
    Path write(Path folder) throws IOException {
        Files.createDirectory(folder);
        for (String file : new String[] {"vocab.txt", "tokenizer_config.json"}) {
            Files.copy(Service.TOY.resolve(file), folder.resolve(file));
        }
        Files.writeString(folder.resolve("config.json"), config.toString());
        try (RandomAccessFile file =
                new RandomAccessFile(folder.resolve(WEIGHTS).toFile(), "rw")) {
            byte[] header = header();
            file.write(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            file.write(header);
            for (Tensor tensor : tensors.values()) {
                long end = file.getFilePointer() + tensor.size();
                file.write(tensor.bytes());
                file.seek(end);
                file.setLength(end);
            }
        }
        return folder;
    }

    private byte[] header() {
        StringBuilder header = new StringBuilder();
        long offset = 0;
        for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
            long end = offset + tensor.getValue().size();
            header.append(header.isEmpty() ? "{" : ",")
                    .append("\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                            .formatted(
                                    tensor.getKey(),
                                    Arrays.toString(tensor.getValue().shape()),
                                    offset,
                                    end));
            offset = end;
        }
        header.append("}");
        return header.append(" ".repeat(-header.length() & 7)).toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Cuts off the last bytes of its weights. */
    static Path truncate(Path folder) throws IOException {
        Path weights = folder.resolve(WEIGHTS);
        byte[] bytes = Files.readAllBytes(weights);
        Files.write(weights, Arrays.copyOf(bytes, bytes.length - 1000));
        return folder;
    }
}
