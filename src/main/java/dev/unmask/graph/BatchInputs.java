package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;

/** The declarations of a graph's inputs: one set for every provider, another for CUDA. */
final class BatchInputs {
    private BatchInputs() {}

    /** The inputs of a graph for CUDA. */
    static List<ValueInfoProto> cuda() {
        return List.of(
                ints(GraphNames.INPUT_IDS, "tokens"),
                ints(GraphNames.POSITION_IDS, "tokens"),
                ints(GraphNames.TEXT_STARTS, "texts_and_end"),
                ints(GraphNames.TOKEN_OFFSETS, "batch", "length"),
                ints(GraphNames.MASK_POSITIONS, "masks"),
                GraphBuilder.value(GraphNames.BEST, DataType.INT64, 1),
                GraphBuilder.value(GraphNames.PLACES, DataType.INT64, "places", 2));
    }

    /** The inputs of a graph for every provider. */
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
