package dev.unmask.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.unmask.fault.Fault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Pickles that would fill a heap or a stack if they were let. */
class PickleBombTest {
    private static final int MANY = Pickle.MOST_OPERATIONS - 10;

    private static PickleWriter repeated(Consumer<PickleWriter> part, int times) {
        PickleWriter writer = PickleWriter.begun();
        for (int i = 0; i < times; i++) {
            part.accept(writer);
        }
        return writer;
    }

    /** Within two seconds, and the tests' heap is small. */
    private static Object soon(byte[] pickle) {
        return Assertions.assertTimeout(
                Duration.ofSeconds(2),
                () -> PickledValues.stateDict(Pickle.read(ByteBuffer.wrap(pickle), "bomb"), "bomb"));
    }

    private static void refused(byte[] pickle, String sentence) {
        assertThatExceptionOfType(Fault.class)
                .isThrownBy(() -> soon(pickle))
                .satisfies(fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.MODEL_REFUSED))
                .withMessageContaining(sentence);
    }

    @Test
    void deepNestingIsNoDeeperForTheReader() {
        PickleWriter nested = PickleWriter.begun().op(PickleOpcode.NONE);
        for (int i = 0; i < MANY; i++) {
            nested.op(PickleOpcode.TUPLE1);
        }
        refused(nested.end(), "doesn't hold a dict of tensors");
    }

    @Test
    void nestingBehindAKeyOfTheStateDictIsRefusedWithoutLookingInside() {
        PickleWriter nested =
                PickleWriter.begun().op(PickleOpcode.EMPTY_DICT).text("x").op(PickleOpcode.NONE);
        for (int i = 0; i < MANY - 10; i++) {
            nested.op(PickleOpcode.TUPLE1);
        }
        refused(nested.op(PickleOpcode.SETITEM).end(), "\"x\" is no tensor");
    }

    @Test
    void endlessMarksAndValuesEndAtTheLimit() {
        refused(repeated(w -> w.op(PickleOpcode.MARK), 2 * MANY).end(), "has more than 500000 opcodes");
        refused(repeated(w -> w.op(PickleOpcode.EMPTY_DICT), 2 * MANY).end(), "has more than 500000 opcodes");
        refused(repeated(w -> w.op(PickleOpcode.EMPTY_LIST), 2 * MANY).end(), "has more than 500000 opcodes");
    }

    @Test
    void aMemoOfManyPlacesFarApartCostsNoMoreThanItsOpcodes() {
        PickleWriter writer = PickleWriter.begun().op(PickleOpcode.NONE);
        for (int i = 0; i < MANY; i++) {
            writer.op(PickleOpcode.LONG_BINPUT).int32(i * 8_191);
        }
        refused(writer.end(), "doesn't hold a dict of tensors");
    }

    @Test
    void nestedTuplesThatGrowExponentiallyAreRefused() {
        PickleWriter writer =
                PickleWriter.begun().text("ha").op(PickleOpcode.BINPUT).raw(0);
        for (int i = 0; i < 200; i++) {
            writer.op(PickleOpcode.BINGET).raw(i).op(PickleOpcode.TUPLE2);
            writer.op(PickleOpcode.BINPUT).raw(i + 1);
        }
        refused(writer.end(), "doesn't hold a dict of tensors");
    }

    @Test
    void aDictThatHoldsItselfIsNotATensor() {
        refused(
                PickleWriter.begun()
                        .op(PickleOpcode.EMPTY_DICT)
                        .op(PickleOpcode.BINPUT)
                        .raw(0)
                        .text("self")
                        .op(PickleOpcode.BINGET)
                        .raw(0)
                        .op(PickleOpcode.SETITEM)
                        .end(),
                "\"self\" is no tensor");
    }

    @Test
    void aListThatIsAppendedToItselfStaysSmall() {
        PickleWriter writer = PickleWriter.begun()
                .op(PickleOpcode.EMPTY_LIST)
                .op(PickleOpcode.BINPUT)
                .raw(0);
        for (int i = 0; i < MANY / 2 - 10; i++) {
            writer.op(PickleOpcode.BINGET).raw(0).op(PickleOpcode.APPEND);
        }
        refused(writer.end(), "doesn't hold a dict of tensors");
    }
}
