package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes safetensors files, broken ones too: it takes dtype, shape and bytes as they are told. */
public final class SafetensorsWriter {
    private final List<String> entries = new ArrayList<>();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();

    public SafetensorsWriter metadata(String json) {
        entries.add("\"__metadata__\":" + json);
        return this;
    }

    public SafetensorsWriter tensor(String name, String dtype, long[] shape, byte[] bytes) {
        int begin = data.size();
        data.writeBytes(bytes);
        entries.add("\"" + name + "\":" + entry(dtype, Arrays.toString(shape), begin, data.size()));
        return this;
    }

    public SafetensorsWriter floats(String name, long[] shape, float... values) {
        return tensor(name, "F32", shape, bytes(values));
    }

    public static byte[] bytes(float... values) {
        ByteBuffer buffer = littleEndian(4 * values.length);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    public static byte[] bytes(short... values) {
        ByteBuffer buffer = littleEndian(2 * values.length);
        for (short value : values) {
            buffer.putShort(value);
        }
        return buffer.array();
    }

    static String entry(String dtype, String shape, Object begin, Object end) {
        return "{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}".formatted(dtype, shape, begin, end);
    }

    /** The file, its header padded to eight bytes as the reference pads it. */
    public byte[] file() {
        String header = "{" + String.join(",", entries) + "}";
        int padding = -header.getBytes(UTF_8).length & 7;
        return file(header + " ".repeat(padding), data.toByteArray());
    }

    static byte[] file(String header, byte[] data) {
        return file(header.getBytes(UTF_8), data);
    }

    static byte[] file(byte[] header, byte[] data) {
        return file(header.length, header, data);
    }

    static byte[] file(long headerLength, byte[] header, byte[] data) {
        return littleEndian(8 + header.length + data.length)
                .putLong(headerLength)
                .put(header)
                .put(data)
                .array();
    }

    private static ByteBuffer littleEndian(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
