package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleTest {
    private static Object read(byte[] pickle) {
        return Pickle.read(ByteBuffer.wrap(pickle), "file.bin");
    }

    private static ThrowableAssertAlternative<Fault> refused(byte[] pickle) {
        return assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> read(pickle))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .satisfies(fault -> assertThat(fault.getMessage()).startsWith("file.bin"));
    }

    /** Those that make objects, call what they name, or look things up elsewhere. */
    @ParameterizedTest
    @EnumSource(
            names = {
                "INST",
                "OBJ",
                "NEWOBJ",
                "NEWOBJ_EX",
                "EXT1",
                "EXT2",
                "EXT4",
                "PERSID",
                "STACK_GLOBAL",
                "STRING",
                "NEXT_BUFFER",
                "DUP",
                "GET"
            })
    void anOpcodeThatNoFileOfTensorsNeedsIsRefusedByName(PickleOpcode opcode) {
        refused(PickleWriter.begun().op(opcode).end())
                .withMessageStartingWith("file.bin has the opcode " + opcode + " at byte 2, which tensor files")
                .withMessageContaining("safetensors");
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "builtins, eval",
        "builtins, getattr",
        "torch, DoubleStorage",
        "torch, load",
        "torch.storage, _load_from_bytes",
        "torch._utils, _rebuild_tensor",
        "collections, OrderedDict.fromkeys",
        "numpy.core.multiarray, _reconstruct",
        "java.lang, Runtime",
    })
    void everyOtherGlobalIsRefusedByName(String module, String name) {
        refused(PickleWriter.begun()
                        .global(module, name)
                        .text("touch /tmp/owned")
                        .op(PickleOpcode.TUPLE1)
                        .op(PickleOpcode.REDUCE)
                        .end())
                .withMessageStartingWith("file.bin asks for \"" + module + "." + name + "\", which is not among")
                .withMessageContaining("nothing was executed");
    }

    @Test
    void bytesThatAreNotOpcodesAreRefused() {
        refused(PickleWriter.begun().raw(0xff).end()).withMessageStartingWith("file.bin: the byte 0xff at 2 is no");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 255})
    void otherProtocolsAreRefused(int protocol) {
        refused(new PickleWriter().op(PickleOpcode.PROTO).raw(protocol).end())
                .withMessageStartingWith("file.bin is of pickle protocol " + protocol + ";");
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 1, -1, 127, 128, 255, 256, 65_535, 65_536, Integer.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE})
    void integersOfAllSizesAreRead(long value) {
        assertThat(read(PickleWriter.begun().integer(value).end())).isEqualTo(value);
    }

    @Test
    void shortIntegersAreReadWithTheirSigns() {
        assertThat(read(PickleWriter.begun().op(PickleOpcode.BININT1).raw(0xff).end()))
                .isEqualTo(255L);
        assertThat(read(PickleWriter.begun()
                        .op(PickleOpcode.BININT2)
                        .raw(0xff, 0xff)
                        .end()))
                .isEqualTo(65_535L);
        assertThat(read(PickleWriter.begun()
                        .op(PickleOpcode.BININT)
                        .int32(-70_000)
                        .end()))
                .isEqualTo(-70_000L);
        assertThat(read(PickleWriter.begun().op(PickleOpcode.LONG1).raw(0).end()))
                .isEqualTo(0L);
        assertThat(read(PickleWriter.begun()
                        .op(PickleOpcode.LONG1)
                        .raw(2, 0x00, 0xff)
                        .end()))
                .isEqualTo(-256L);
        refused(PickleWriter.begun()
                        .op(PickleOpcode.LONG1)
                        .raw(9, 0, 0, 0, 0, 0, 0, 0, 0, 1)
                        .end())
                .withMessageContaining("has an integer of 9 bytes");
    }

    @Test
    void whatWasRememberedInALongPlaceIsRecalled() {
        assertThat(read(PickleWriter.begun()
                        .text("früher")
                        .op(PickleOpcode.LONG_BINPUT)
                        .int32(0xfffffff0)
                        .op(PickleOpcode.TUPLE1)
                        .op(PickleOpcode.MARK)
                        .op(PickleOpcode.LONG_BINGET)
                        .int32(0xfffffff0)
                        .op(PickleOpcode.TUPLE)
                        .op(PickleOpcode.TUPLE2)
                        .end()))
                .isInstanceOfSatisfying(
                        PickleStack.Tuple.class, pair -> assertThat(pair.items().get(1))
                                .isInstanceOfSatisfying(PickleStack.Tuple.class, inner -> assertThat(inner.items())
                                        .containsExactly("früher")));
    }

    @Test
    void picklesThatDoNotFitTogetherAreRefused() {
        refused(PickleWriter.begun().op(PickleOpcode.TUPLE1).end())
                .withMessage("file.bin: the opcode TUPLE1 at byte 2 finds nothing on the stack.");
        refused(PickleWriter.begun().op(PickleOpcode.TUPLE).end()).withMessageContaining("finds no mark");
        refused(PickleWriter.begun().end()).withMessageContaining("finds something else than one value");
        refused(PickleWriter.begun()
                        .op(PickleOpcode.NONE)
                        .op(PickleOpcode.MARK)
                        .op(PickleOpcode.BINPUT)
                        .raw(0)
                        .end())
                .withMessageContaining("the opcode BINPUT at byte 4 finds nothing");
        refused(PickleWriter.begun().op(PickleOpcode.BINGET).raw(7).end())
                .withMessageContaining("asks for entry 7 of the memo, which was never put there");
        refused(PickleWriter.begun()
                        .op(PickleOpcode.EMPTY_DICT)
                        .op(PickleOpcode.NONE)
                        .op(PickleOpcode.NONE)
                        .op(PickleOpcode.SETITEM)
                        .end())
                .withMessageContaining("needs a text as key");
        refused(PickleWriter.begun()
                        .op(PickleOpcode.EMPTY_DICT)
                        .op(PickleOpcode.MARK)
                        .text("a")
                        .op(PickleOpcode.NONE)
                        .text("a")
                        .op(PickleOpcode.NONE)
                        .op(PickleOpcode.SETITEMS)
                        .end())
                .withMessageContaining("sets the key \"a\" twice");
        refused(PickleWriter.begun()
                        .global("torch", "FloatStorage")
                        .op(PickleOpcode.EMPTY_TUPLE)
                        .op(PickleOpcode.REDUCE)
                        .end())
                .withMessageContaining("calls torch.FloatStorage, which can't be called");
        refused(PickleWriter.begun().storage("FloatStorage", "0", -1).end())
                .withMessageContaining("has a storage of -1 elements");
    }

    @Test
    void aPickleMayEndNowhereButAtItsEnd() {
        byte[] whole = PickleWriter.oneTensor(6, 0, new long[] {2, 3}, 3, 1);
        for (int length = 0; length < whole.length; length++) {
            refused(Arrays.copyOf(whole, length));
        }
    }

    @Test
    void claimedLengthsAreComparedWithTheBytes() {
        refused(PickleWriter.begun().op(PickleOpcode.BINUNICODE).int32(-1).end())
                .withMessageContaining("has a text of 4294967295 bytes, but only 1 bytes follow");
        refused(PickleWriter.begun().global("x".repeat(1_000), "y").end())
                .withMessageContaining("has a name of more than 200 bytes");
        refused(PickleWriter.begun()
                        .op(PickleOpcode.BINUNICODE)
                        .int32(2)
                        .raw(0xc3, 0x28)
                        .end())
                .withMessageContaining("not valid UTF-8");
    }
}
