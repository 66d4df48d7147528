package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.unmask.engine.GraphNames;
import java.util.List;

/** Adapts the engine's inputs and outputs to those of a standard export. */
final class ExportAdapter {
    /** The rows of the masks, {@code [1, masks, …]}: with the rank of the whole value, so that axes keep their meaning. */
    static final String ROWS = Renaming.PREFIX + "rows";

    private final GraphProto.Builder graph;

    ExportAdapter(GraphProto.Builder graph) {
        this.graph = graph;
    }

    /**
     * The export's inputs from ours: {@code attention_mask} is 1 for a row's real ids, token types are 0 as for a single
     * text, and texts are padded with the tokenizer's padding id, whatever the engine pads with.
     *
     * @param pad the tokenizer's padding id
     */
    void inputs(ExportContract contract, int pad) {
        BatchInputs.exported().forEach(graph::addInput);

        String ids = node(
                "Gather",
                "ids",
                List.of(cast(GraphNames.INPUT_IDS, "ids_64"), GraphNames.PADDED_TOKENS),
                GraphBuilder.attribute("axis", 0));
        String length = node(
                "Gather",
                "length",
                List.of(node("Shape", "shape", List.of(GraphNames.PADDED_TOKENS)), scalar("one", 1)),
                GraphBuilder.attribute("axis", 0));
        String columns = node("Range", "columns", List.of(scalar("zero", 0), length, scalar("step", 1)));
        String lengths = node(
                "Reshape", "lengths_column", List.of(cast(GraphNames.LENGTHS, "lengths_64"), vector("down", -1, 1)));
        String real = node("Less", "real", List.of(columns, lengths));
        node("Where", GraphNames.INPUT_IDS, List.of(real, ids, scalar("pad", pad)));
        String attention = cast(real, ExportContract.ATTENTION_MASK);
        if (contract.tokenTypes()) {
            node("Mul", ExportContract.TOKEN_TYPE_IDS, List.of(attention, scalar("nothing", 0)));
        }
    }

    /**
     * The rows of a value at the mask positions.
     *
     * @param value {@code [batch, length, …]} of rank 3
     */
    void gather(String value) {
        String flat = node("Flatten", "flat", List.of(value), GraphBuilder.attribute("axis", 2));
        String cells = node(
                "Gather",
                "mask_cells",
                List.of(GraphNames.TOKEN_CELLS, GraphNames.MASK_POSITIONS),
                GraphBuilder.attribute("axis", 0));
        String positions = node("Reshape", "positions", List.of(cells, vector("across", 1, -1)));
        node("Gather", "rows", List.of(flat, positions), GraphBuilder.attribute("axis", 0));
    }

    /**
     * The engine's outputs.
     *
     * @param rows {@code [1, masks, vocabulary]}
     */
    void output(String rows, int vocabulary) {
        graph.addOutput(GraphBuilder.value(GraphNames.LOGITS, DataType.FLOAT, "masks", vocabulary));
        graph.addOutput(Scores.output(vocabulary));
        ChosenScores chosen = new ChosenScores(vocabulary);
        graph.addAllOutput(chosen.outputs());
        graph.addNode(GraphBuilder.node(
                        "Reshape", List.of(rows, vector("output_shape", -1, vocabulary)), List.of(GraphNames.LOGITS))
                .setName(Renaming.PREFIX + "output"));
        Scores.nodes(Precision.FP32).forEach(graph::addNode);
        graph.addNode(chosen.ifWanted());
    }

    private String cast(String value, String name) {
        return node("Cast", name, List.of(value), GraphBuilder.attribute("to", DataType.INT64.getNumber()));
    }

    private String node(String operator, String name, List<String> inputs, AttributeProto... attributes) {
        String output = Renaming.PREFIX + name;
        graph.addNode(GraphBuilder.node(operator, inputs, List.of(output), attributes));
        return output;
    }

    private String scalar(String name, long value) {
        return constant(TensorProto.newBuilder().addInt64Data(value), name);
    }

    private String vector(String name, long... values) {
        return constant(GraphBuilder.longs(values), name);
    }

    private String constant(TensorProto.Builder tensor, String name) {
        String full = Renaming.PREFIX + name;
        graph.addInitializer(tensor.setName(full).setDataType(DataType.INT64.getNumber()));
        return full;
    }
}
