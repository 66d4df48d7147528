package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;

/**
 * The last step of every graph, from logits to probabilities. ONNX Runtime's softmax in float has a relative error of up to
 * 1e-5. Where logits are exact to more than that, it is computed in double precision, which, rounded, has none.
 */
final class Scores {
    private static final String WIDE_LOGITS = "unmask.wide_logits";
    private static final String WIDE_SCORES = "unmask.wide_scores";

    private Scores() {}

    /** The nodes that compute {@link GraphNames#SCORES} from {@link GraphNames#LOGITS} of a model at a precision. */
    static List<NodeProto> nodes(Precision precision) {
        if (precision == Precision.INT8 || precision == Precision.FP16) {
            return List.of(node("Softmax", GraphNames.LOGITS, GraphNames.SCORES, GraphBuilder.attribute("axis", 1)));
        }
        return List.of(
                node("Cast", GraphNames.LOGITS, WIDE_LOGITS, GraphBuilder.attribute("to", DataType.DOUBLE.getNumber())),
                node("Softmax", WIDE_LOGITS, WIDE_SCORES, GraphBuilder.attribute("axis", 1)),
                node("Cast", WIDE_SCORES, GraphNames.SCORES, GraphBuilder.attribute("to", DataType.FLOAT.getNumber())));
    }

    /** The declaration of {@link GraphNames#SCORES}. */
    static ValueInfoProto output(int vocabulary) {
        return GraphBuilder.value(GraphNames.SCORES, DataType.FLOAT, "masks", vocabulary);
    }

    private static NodeProto node(String operator, String input, String output, AttributeProto attribute) {
        return GraphBuilder.node(operator, List.of(input), List.of(output), attribute)
                .build();
    }
}
