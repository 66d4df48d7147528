package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.unmask.engine.IntegerProducts;
import java.util.Arrays;
import java.util.List;

/**
 * One 8-bit product with the largest operands. Processors without VNNI add two products of an unsigned and a signed byte in
 * 16 bits, where 2 · 255 · 127 saturates (Intel's VPMADDUBSW), so that their int8 results are wrong.
 */
public final class ExtremesGraph {
    /** Columns of the left operand. */
    public static final int ROWS = 64;

    private static final int COLUMNS = 32;

    private ExtremesGraph() {}

    /** The graph for {@link IntegerProducts#exact}. */
    public static byte[] bytes() {
        byte[] largest = new byte[ROWS * COLUMNS];
        Arrays.fill(largest, Byte.MAX_VALUE);
        GraphBuilder graph = new GraphBuilder("extremes");
        graph.input(GraphBuilder.value(IntegerProducts.LEFT, DataType.UINT8, "rows", ROWS));
        graph.output(IntegerProducts.PRODUCT, DataType.FLOAT, "rows", COLUMNS);
        String weight = graph.constant(TensorProto.newBuilder()
                .setName("weight")
                .setDataType(DataType.INT8.getNumber())
                .addDims(ROWS)
                .addDims(COLUMNS)
                .setRawData(ByteString.copyFrom(largest))
                .build());
        String one = graph.scalar("one", 1f);
        String product = graph.contrib("MatMulIntegerToFloat", List.of(IntegerProducts.LEFT, weight, one, one));
        graph.standardInto(IntegerProducts.PRODUCT, "Identity", List.of(product));
        return graph.build().toByteArray();
    }
}
