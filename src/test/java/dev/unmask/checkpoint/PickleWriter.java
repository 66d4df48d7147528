package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes pickles opcode by opcode, those that Python never would included. */
final class PickleWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** One that begins as it should. */
    static PickleWriter begun() {
        return new PickleWriter().op(PickleOpcode.PROTO).raw(2);
    }

    PickleWriter op(PickleOpcode opcode) {
        return raw(opcode.code());
    }

    PickleWriter raw(int... values) {
        for (int value : values) {
            bytes.write(value);
        }
        return this;
    }

    PickleWriter int32(int value) {
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    PickleWriter text(String text) {
        byte[] encoded = text.getBytes(UTF_8);
        op(PickleOpcode.BINUNICODE).int32(encoded.length);
        bytes.writeBytes(encoded);
        return this;
    }

    PickleWriter global(String module, String name) {
        op(PickleOpcode.GLOBAL);
        bytes.writeBytes((module + "\n" + name + "\n").getBytes(ISO_8859_1));
        return this;
    }

    /** As LONG1, which takes any size. */
    PickleWriter integer(long value) {
        op(PickleOpcode.LONG1).raw(8);
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    PickleWriter integers(long... values) {
        op(PickleOpcode.MARK);
        for (long value : values) {
            integer(value);
        }
        return op(PickleOpcode.TUPLE);
    }

    PickleWriter storage(String type, String key, long count) {
        return op(PickleOpcode.MARK)
                .text("storage")
                .global("torch", type)
                .text(key)
                .text("cpu")
                .integer(count)
                .op(PickleOpcode.TUPLE)
                .op(PickleOpcode.BINPERSID);
    }

    /** A tensor in storage "0" of floats. */
    PickleWriter tensor(long storageCount, long offset, long[] shape, long[] stride) {
        return global("torch._utils", "_rebuild_tensor_v2")
                .op(PickleOpcode.MARK)
                .storage("FloatStorage", "0", storageCount)
                .integer(offset)
                .integers(shape)
                .integers(stride)
                .op(PickleOpcode.NEWFALSE)
                .orderedDict()
                .op(PickleOpcode.TUPLE)
                .op(PickleOpcode.REDUCE);
    }

    PickleWriter orderedDict() {
        return global("collections", "OrderedDict").op(PickleOpcode.EMPTY_TUPLE).op(PickleOpcode.REDUCE);
    }

    byte[] end() {
        op(PickleOpcode.STOP);
        return bytes.toByteArray();
    }

    /** As it is, without an end. */
    byte[] bytes() {
        return bytes.toByteArray();
    }

    /** A state dict with the one tensor "x" of {@link #tensor}. */
    static byte[] oneTensor(long storageCount, long offset, long[] shape, long... stride) {
        return begun().op(PickleOpcode.EMPTY_DICT)
                .text("x")
                .tensor(storageCount, offset, shape, stride)
                .op(PickleOpcode.SETITEM)
                .end();
    }
}
