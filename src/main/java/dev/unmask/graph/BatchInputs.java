package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;
import java.util.stream.Stream;

/** The declarations of a graph's inputs. */
final class BatchInputs {
    private BatchInputs() {}

    /** The inputs of every graph. */
    static List<ValueInfoProto> common() {
        return List.of(
                ints(GraphNames.INPUT_IDS, "tokens"),
                ints(GraphNames.POSITION_IDS, "tokens"),
                ints(GraphNames.MASK_POSITIONS, "masks"),
                GraphBuilder.value(GraphNames.BEST, DataType.INT64, 1),
                GraphBuilder.value(GraphNames.PLACES, DataType.INT64, "places"));
    }

    /** The padded view, and the way back. */
    static List<ValueInfoProto> view() {
        return List.of(
                ints(GraphNames.LENGTHS, "texts"),
                ints(GraphNames.PADDED_TOKENS, "texts", "length"),
                ints(GraphNames.TOKEN_CELLS, "tokens"));
    }

    /** The second view. */
    static List<ValueInfoProto> longView() {
        return List.of(
                ints(GraphNames.LONG_LENGTHS, "long_texts"),
                ints(GraphNames.LONG_PADDED_TOKENS, "long_texts", "long_length"));
    }

    /** What attention over packed tokens needs, besides {@link #starts}. */
    static List<ValueInfoProto> packed() {
        return List.of(ints(GraphNames.TOKEN_OFFSETS, "batch", "length"));
    }

    /** Where texts begin. */
    static ValueInfoProto starts() {
        return ints(GraphNames.TEXT_STARTS, "texts_and_end");
    }

    /** Whether to choose scores. */
    static ValueInfoProto choice() {
        return GraphBuilder.value(GraphNames.CHOOSE, DataType.BOOL);
    }

    /** The inputs of an export's graph. */
    static List<ValueInfoProto> exported() {
        return Stream.of(common(), view(), List.of(choice()))
                .flatMap(List::stream)
                .toList();
    }

    private static ValueInfoProto ints(String name, Object... shape) {
        return GraphBuilder.value(name, DataType.INT32, shape);
    }
}
