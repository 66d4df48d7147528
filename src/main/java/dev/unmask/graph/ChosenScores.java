package dev.unmask.graph;

import static dev.unmask.graph.GraphBuilder.longs;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.unmask.engine.GraphNames;
import java.util.List;

/**
 * Chooses the scores that answers need on the device: for a batch of 128 masks, a GPU would otherwise copy 15.6 MB. On a CPU
 * it is one conditional node, so that a run that reads whole rows doesn't pay for it; on CUDA, where nearly every run
 * chooses, it is unconditional, since the condition costs more than the choice of a single score.
 *
 * <p>CUDA's TopK gives each row to a single block, which goes through it seven times: 138 µs for 30,522 scores, in which the
 * rest of the device waits. Therefore it chooses in several groups of a row; their best are merged by the reader.
 */
final class ChosenScores {
    private static final String PREFIX = "unmask.chosen.";

    /** With more, the best of all groups could be more to copy than a row. */
    private static final int MOST_GROUPS = 8;

    private final int vocabulary;
    private final int groups;

    ChosenScores(int vocabulary) {
        this.vocabulary = vocabulary;
        this.groups = groups(vocabulary);
    }

    /** The largest number of equal groups in which there is enough to choose from; 1 if a vocabulary can't be divided. */
    static int groups(int vocabulary) {
        int groups = Math.max(1, Math.min(MOST_GROUPS, vocabulary / GraphNames.MOST_BEST));
        while (vocabulary % groups > 0) {
            groups--;
        }
        return groups;
    }

    /** The declarations of the outputs. */
    List<ValueInfoProto> outputs() {
        return List.of(
                GraphBuilder.value(GraphNames.BEST_SCORES, DataType.FLOAT, "chosen_masks", "groups", "chosen"),
                GraphBuilder.value(GraphNames.BEST_INDICES, DataType.INT64, "chosen_masks", "groups", "chosen"),
                GraphBuilder.value(GraphNames.PLACED_SCORES, DataType.FLOAT, "placed"));
    }

    /** The node that computes the outputs from {@link GraphNames#SCORES} if {@link GraphNames#CHOOSE}. */
    NodeProto ifWanted() {
        return GraphBuilder.node(
                        "If",
                        List.of(GraphNames.CHOOSE),
                        List.of(GraphNames.BEST_SCORES, GraphNames.BEST_INDICES, GraphNames.PLACED_SCORES),
                        branch("then_branch", "", chosen(PREFIX)),
                        branch("else_branch", "no_", nothing()))
                .setName(PREFIX + "if")
                .build();
    }

    /** The nodes that always compute them. */
    List<NodeProto> always() {
        return chosen("");
    }

    /** @param prefix of the outputs' names: those in a branch must not have the names of the graph's */
    private List<NodeProto> chosen(String prefix) {
        String groupShape = PREFIX + "group_shape";
        String grouped = PREFIX + "grouped";
        String flatShape = PREFIX + "flat_shape";
        String flat = PREFIX + "flat";
        return List.of(
                constant(groupShape, longs(-1, groups, vocabulary / groups)),
                node("Reshape", List.of(GraphNames.SCORES, groupShape), List.of(grouped)),
                node(
                        "TopK",
                        List.of(grouped, GraphNames.BEST),
                        List.of(prefix + GraphNames.BEST_SCORES, prefix + GraphNames.BEST_INDICES)),
                constant(flatShape, longs(-1)),
                node("Reshape", List.of(GraphNames.SCORES, flatShape), List.of(flat)),
                node("Gather", List.of(flat, GraphNames.PLACES), List.of(prefix + GraphNames.PLACED_SCORES)));
    }

    private static List<NodeProto> nothing() {
        TensorProto.Builder zero =
                TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber()).addFloatData(0);
        List<Long> one = List.of(1L, 1L, 1L);
        return List.of(
                constant(PREFIX + "no_" + GraphNames.PLACED_SCORES, zero.clone().addDims(1)),
                constant(PREFIX + "no_" + GraphNames.BEST_SCORES, zero.clone().addAllDims(one)),
                constant(
                        PREFIX + "no_" + GraphNames.BEST_INDICES,
                        longs(0).clearDims().addAllDims(one)));
    }

    private AttributeProto branch(String name, String prefix, List<NodeProto> nodes) {
        GraphProto.Builder branch =
                GraphProto.newBuilder().setName(PREFIX + name).addAllNode(nodes);
        outputs().forEach(output -> branch.addOutput(output.toBuilder().setName(PREFIX + prefix + output.getName())));
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(branch)
                .build();
    }

    private static NodeProto node(String operator, List<String> inputs, List<String> outputs) {
        return GraphBuilder.node(operator, inputs, outputs).build();
    }

    private static NodeProto constant(String name, TensorProto.Builder value) {
        return GraphBuilder.node(
                        "Constant",
                        List.of(),
                        List.of(name),
                        AttributeProto.newBuilder()
                                .setName("value")
                                .setType(AttributeProto.AttributeType.TENSOR)
                                .setT(value)
                                .build())
                .build();
    }
}
