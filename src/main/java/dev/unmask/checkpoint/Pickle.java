package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.unmask.checkpoint.PickleStack.Broken;
import dev.unmask.checkpoint.PickleStack.Dict;
import dev.unmask.checkpoint.PickleStack.Items;
import dev.unmask.checkpoint.PickleStack.Tuple;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Reads the subset of pickle protocol 2 that PyTorch's tensor files use (CPython's {@code pickletools} documents the
 * opcodes). It knows the {@link PickleGlobal globals} and opcodes of these files and refuses any other by name; it runs
 * nothing and looks up no class.
 *
 * <p>Each opcode makes at most one value and their number is limited, as is the length of the bytes;
 * lengths that the pickle claims are checked against the bytes present. So no pickle can fill the heap.
 */
final class Pickle {
    /** A BERT of 24 layers has some 10,000. */
    static final int MOST_OPERATIONS = 500_000;

    /** Of a BERT of 24 layers some 100,000 bytes. */
    static final int MOST_BYTES = 16 << 20;

    static final String WAY_OUT = " Take the model's safetensors file instead, or save the tensors again with"
            + " torch.save(model.state_dict(), \"pytorch_model.bin\").";

    private static final int PROTOCOL = 2;
    private static final int LONGEST_GLOBAL = 200;

    private final ByteBuffer bytes;
    private final String subject;
    private final PickleStack stack = new PickleStack();

    private Pickle(ByteBuffer bytes, String subject) {
        this.bytes = bytes;
        this.subject = subject;
    }

    /**
     * Reads from the buffer's position to the pickle's end, and leaves the position there.
     *
     * @param bytes up to {@link #MOST_BYTES}; it becomes little-endian
     * @param subject the file and the part of it, for messages
     * @return one of the values of {@link PickleStack}
     * @throws Fault of kind MODEL_REFUSED, naming opcode or global, when it contains anything else
     */
    static Object read(ByteBuffer bytes, String subject) {
        return new Pickle(bytes.order(ByteOrder.LITTLE_ENDIAN), subject).read();
    }

    private Object read() {
        int position = bytes.position();
        PickleOpcode opcode = null;
        try {
            for (int i = 0; i < MOST_OPERATIONS; i++) {
                position = bytes.position();
                opcode = null;
                opcode = opcode(Byte.toUnsignedInt(bytes.get()), position);
                if (i == 0 && opcode != PickleOpcode.PROTO) {
                    throw Fault.modelRefused(subject + " doesn't begin as a pickle of protocol 2 does." + WAY_OUT);
                }
                if (opcode == PickleOpcode.STOP) {
                    return stack.last();
                }
                perform(opcode, position);
            }
        } catch (BufferUnderflowException end) {
            String where = opcode == null ? "between two opcodes" : "in the middle of the opcode " + opcode;
            throw Fault.modelRefused(
                    subject + " ends at byte " + bytes.limit() + " " + where + ". Is the file complete?", end);
        } catch (Broken broken) {
            throw Fault.modelRefused(
                    subject + ": the opcode " + opcode + " at byte " + position + " " + broken.getMessage() + ".",
                    broken);
        }
        throw Fault.modelRefused("%s has more than %s opcodes, the most allowed, and far more than a BERT has."
                .formatted(subject, MOST_OPERATIONS));
    }

    private PickleOpcode opcode(int code, int position) {
        PickleOpcode opcode = PickleOpcode.of(code);
        if (opcode == null) {
            throw Fault.modelRefused("%s: the byte 0x%02x at %d is no opcode of a pickle. Is the file complete?"
                    .formatted(subject, code, position));
        }
        return opcode;
    }

    private void perform(PickleOpcode opcode, int position) throws Broken {
        switch (opcode) {
            case PROTO -> protocol();
            case GLOBAL -> stack.push(global());
            case MARK -> stack.mark();
            case BINPUT -> stack.remember(unsignedByte());
            case LONG_BINPUT -> stack.remember(unsignedInt());
            case BINGET -> stack.recall(unsignedByte());
            case LONG_BINGET -> stack.recall(unsignedInt());
            case NONE -> stack.push(PickleStack.NONE);
            case NEWTRUE -> stack.push(Boolean.TRUE);
            case NEWFALSE -> stack.push(Boolean.FALSE);
            case BININT -> stack.push((long) bytes.getInt());
            case BININT1 -> stack.push(unsignedByte());
            case BININT2 -> stack.push((long) Short.toUnsignedInt(bytes.getShort()));
            case LONG1 -> stack.push(integer());
            case BINUNICODE -> stack.push(text());
            case EMPTY_TUPLE -> stack.push(new Tuple(List.of()));
            case TUPLE1 -> stack.push(new Tuple(stack.pop(1)));
            case TUPLE2 -> stack.push(new Tuple(stack.pop(2)));
            case TUPLE3 -> stack.push(new Tuple(stack.pop(3)));
            case TUPLE -> stack.push(new Tuple(stack.popToMark()));
            case EMPTY_LIST -> stack.push(new Items(new ArrayList<>()));
            case EMPTY_DICT -> stack.push(new Dict(new LinkedHashMap<>()));
            case APPEND -> append(stack.pop(1));
            case APPENDS -> append(stack.popToMark());
            case SETITEM -> set(stack.pop(2));
            case SETITEMS -> set(stack.popToMark());
            case BINPERSID -> stack.push(PickledValues.storage(stack.pop(Tuple.class, "a tuple"), subject));
            case REDUCE -> reduce();
            case BUILD -> build();
            default ->
                throw Fault.modelRefused(
                        "%s has the opcode %s at byte %s, which tensor files don't need; nothing was executed."
                                        .formatted(subject, opcode, position)
                                + WAY_OUT);
        }
    }

    private void protocol() {
        int protocol = (int) unsignedByte();
        if (protocol != PROTOCOL) {
            throw Fault.modelRefused("%s is of pickle protocol %s; torch writes %s, the only one supported."
                            .formatted(subject, protocol, PROTOCOL)
                    + WAY_OUT);
        }
    }

    private PickleGlobal global() throws Broken {
        String module = line();
        String name = line();
        return PickleGlobal.named(module, name)
                .orElseThrow(() -> Fault.modelRefused(
                        "%s asks for %s, which is not among the names that a BERT's tensors need; nothing was executed."
                                        .formatted(subject, Wording.quoted(module + "." + name))
                                + WAY_OUT));
    }

    private String line() throws Broken {
        StringBuilder line = new StringBuilder();
        for (int next = bytes.get(); next != '\n'; next = bytes.get()) {
            if (line.length() == LONGEST_GLOBAL) {
                throw new Broken("has a name of more than " + LONGEST_GLOBAL + " bytes");
            }
            line.append((char) (next & 0xff));
        }
        return line.toString();
    }

    private long unsignedByte() {
        return Byte.toUnsignedLong(bytes.get());
    }

    private long unsignedInt() {
        return Integer.toUnsignedLong(bytes.getInt());
    }

    /** Two's complement, least significant byte first. */
    private long integer() throws Broken {
        int length = (int) unsignedByte();
        if (length > Long.BYTES) {
            throw new Broken("has an integer of " + length + " bytes; no size needs more than " + Long.BYTES);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= unsignedByte() << 8 * i;
        }
        int unused = Long.SIZE - 8 * length;
        return length == 0 ? 0 : value << unused >> unused;
    }

    private String text() throws Broken {
        long length = unsignedInt();
        if (length > bytes.remaining()) {
            throw new Broken("has a text of " + length + " bytes, but only " + bytes.remaining() + " bytes follow");
        }
        ByteBuffer encoded = bytes.slice(bytes.position(), (int) length);
        bytes.position(bytes.position() + (int) length);
        try {
            return UTF_8.newDecoder().decode(encoded).toString();
        } catch (CharacterCodingException malformed) {
            throw new Broken("has a text that is not valid UTF-8");
        }
    }

    private void append(List<Object> values) throws Broken {
        PickleStack.as(Items.class, stack.top(), "a list").items().addAll(values);
    }

    private void set(List<Object> keysAndValues) throws Broken {
        if (keysAndValues.size() % 2 != 0) {
            throw new Broken("has a key without a value");
        }
        Dict dict = PickleStack.as(Dict.class, stack.top(), "a dict");
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            String key = PickleStack.as(String.class, keysAndValues.get(i), "a text as key");
            if (dict.items().put(key, keysAndValues.get(i + 1)) != null) {
                throw new Broken("sets the key " + Wording.quoted(key) + " twice");
            }
        }
    }

    private void reduce() throws Broken {
        Tuple arguments = stack.pop(Tuple.class, "a tuple");
        PickleGlobal callable = stack.pop(PickleGlobal.class, "a global");
        stack.push(
                switch (callable) {
                    case ORDERED_DICT -> PickledValues.orderedDict(arguments);
                    case REBUILD_TENSOR -> PickledValues.tensor(arguments);
                    case REBUILD_PARAMETER -> PickledValues.parameter(arguments);
                    default -> throw new Broken("calls " + callable + ", which can't be called");
                });
    }

    /** Attributes of a dict, in practice {@code _metadata}: irrelevant to the tensors. */
    private void build() throws Broken {
        stack.pop(Dict.class, "a dict of attributes");
        PickleStack.as(Dict.class, stack.top(), "a dict");
    }
}
