package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where in a graph the masks' rows can be gathered: the earliest value from which everything up to the logits is computed
 * row by row (see {@link RowWise}). Everything after it then runs at mask positions only.
 *
 * @param value the value whose rows are gathered, {@code [batch, length, …]}
 * @param behind the nodes that work on gathered rows
 * @param afterHead whether the head, at least its product with the vocabulary, lies after the cut
 * @param atLogits whether nothing lies after the cut
 */
record MaskCut(String value, BitSet behind, boolean afterHead, boolean atLogits) {
    /** A value and the node that computes it. */
    private record Made(String value, int output) {}

    /**
     * Walks back from the logits. The values that are still to be computed are kept in the graph's order, in which a value
     * follows all its inputs; when only one is left, everything passed so far depends on it alone. All of it then has the
     * leading dimensions of the logits: a row-wise operator keeps those of its data.
     */
    static MaskCut find(GraphProto graph, String logits) {
        Constants constants = new Constants(graph);
        List<NodeProto> nodes = graph.getNodeList();
        Map<String, Integer> makers = makers(nodes);
        MaskCut best = new MaskCut(logits, new BitSet(), false, true);
        if (!makers.containsKey(logits)) {
            return best;
        }
        // By node; for one with several outputs (Split), all that are used.
        TreeMap<Integer, List<Made>> open = new TreeMap<>();
        open(open, logits, makers, nodes);
        BitSet passed = new BitSet();
        boolean head = false;
        while (!open.isEmpty()) {
            Map.Entry<Integer, List<Made>> latest = open.pollLastEntry();
            NodeProto node = nodes.get(latest.getKey());
            passed.set(latest.getKey());
            head |= node.getOpType().equals("MatMul");
            for (Made made : latest.getValue()) {
                Optional<List<String>> data = RowWise.data(node, made.output(), constants);
                // A value without a node is an input of the graph; ONNX Runtime refuses nodes out of order.
                if (data.isEmpty()
                        || !data.get().stream()
                                .allMatch(input -> makers.getOrDefault(input, latest.getKey()) < latest.getKey())) {
                    return best;
                }
                data.get().forEach(input -> open(open, input, makers, nodes));
            }
            if (open.size() == 1 && open.firstEntry().getValue().size() == 1) {
                String only = open.firstEntry().getValue().get(0).value();
                best = new MaskCut(only, (BitSet) passed.clone(), head, false);
            }
        }
        return best;
    }

    private static Map<String, Integer> makers(List<NodeProto> nodes) {
        Map<String, Integer> makers = new HashMap<>();
        for (int i = 0; i < nodes.size(); i++) {
            for (String output : nodes.get(i).getOutputList()) {
                makers.put(output, i);
            }
        }
        makers.remove("");
        return makers;
    }

    private static void open(
            TreeMap<Integer, List<Made>> open, String value, Map<String, Integer> makers, List<NodeProto> nodes) {
        int maker = makers.get(value);
        Made made = new Made(value, nodes.get(maker).getOutputList().indexOf(value));
        List<Made> known = open.getOrDefault(maker, List.of());
        if (!known.contains(made)) {
            open.put(maker, Stream.concat(known.stream(), Stream.of(made)).toList());
        }
    }

    /** Whether a node of the graph works on gathered rows. */
    boolean behind(int node) {
        return behind.get(node);
    }
}
