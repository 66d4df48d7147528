package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;

/** The declarations of a graph's inputs, the same for every graph. */
final class BatchInputs {
    private BatchInputs() {}

    /** All inputs of {@link GraphNames}. */
    static List<ValueInfoProto> all() {
        return List.of(
                ints(GraphNames.INPUT_IDS, "tokens"),
                ints(GraphNames.POSITION_IDS, "tokens"),
                ints(GraphNames.LENGTHS, "batch"),
                ints(GraphNames.PADDED_TOKENS, "batch", "length"),
                ints(GraphNames.TOKEN_CELLS, "tokens"),
                ints(GraphNames.MASK_POSITIONS, "masks"),
                GraphBuilder.value(GraphNames.CHOOSE, DataType.BOOL),
                GraphBuilder.value(GraphNames.BEST, DataType.INT64, 1),
                GraphBuilder.value(GraphNames.PLACES, DataType.INT64, "places", 2));
    }

    private static ValueInfoProto ints(String name, Object... shape) {
        return GraphBuilder.value(name, DataType.INT32, shape);
    }
}
