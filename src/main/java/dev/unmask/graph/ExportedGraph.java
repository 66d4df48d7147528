package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.unmask.engine.GraphNames;
import dev.unmask.fault.Fault;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * A masked language model from another exporter: {@code input_ids, attention_mask[, token_type_ids]}, int64 {@code [batch,
 * length]}, to {@code logits}, float {@code [batch, length, vocabulary]} (optimum's contract for the task "fill-mask").
 *
 * <p>It is rewritten to the inputs and outputs of {@link GraphNames}: its inputs are computed from ours, and the masks'
 * rows are gathered as early as {@link MaskCut} finds possible without changing the result.
 */
public final class ExportedGraph {
    /** The first opset with Range, and with Where on 64-bit integers (ONNX, docs/Changelog.md). */
    private static final long LEAST_OPSET = 11;

    private static final Set<String> DYNAMIC_SCALES = Set.of("DynamicQuantizeLinear", "DynamicQuantizeMatMul");

    private final Path file;
    private final ModelProto model;
    private final ExportedWeights weights;
    private final ExportContract contract;
    private final MaskCut cut;

    private ExportedGraph(Path file, ModelProto model) {
        this.file = file;
        this.model = model;
        checkOpset();
        contract = ExportContract.of(model.getGraph(), fileName());
        weights = new ExportedWeights(file, model.getGraph());
        cut = MaskCut.find(model.getGraph(), GraphNames.LOGITS);
    }

    /**
     * Opens an export; its weights may lie inside, or in files beside it (ONNX, docs/ExternalData.md).
     *
     * @param file the ONNX file
     * @throws Fault of kind MODEL_REFUSED, naming the input, output or tensor, when it is not such a graph
     * @throws IOException when it can't be read
     */
    public static ExportedGraph open(Path file) throws IOException {
        return new ExportedGraph(file, ExportedFile.read(file));
    }

    private void checkOpset() {
        long opset = model.getOpsetImportList().stream()
                .filter(set -> RowWise.standard(set.getDomain()))
                .mapToLong(set -> set.getVersion())
                .findFirst()
                .orElse(1);
        if (opset < LEAST_OPSET) {
            throw Fault.modelRefused("%s is written in ONNX opset %d; supported are %d and later. Export it again."
                    .formatted(fileName(), opset, LEAST_OPSET));
        }
    }

    /** The graph's own file and those of its external data, each once. */
    public List<Path> files() {
        List<Path> files = new ArrayList<>(List.of(file));
        files.addAll(weights.externalFiles());
        return files;
    }

    /** How many logits a position has; empty if the graph leaves it open. */
    public OptionalInt vocabulary() {
        return contract.vocabulary();
    }

    /** Whether the masked-LM head, found at the end of the graph, will run at mask positions only. */
    public boolean headAtMasks() {
        return cut.afterHead();
    }

    /**
     * Whether it scales over a whole batch, as dynamic quantization does (ONNX, DynamicQuantizeLinear): then every text's
     * logits depend on the other texts, at least slightly.
     */
    public boolean scalesOverBatch() {
        return model.getGraph().getNodeList().stream().anyMatch(node -> DYNAMIC_SCALES.contains(node.getOpType()));
    }

    /** Types of weights other than 32-bit floats that the graph computes with, for a warning. */
    public List<String> otherWeightTypes() {
        return weights.otherTypes();
    }

    /** How many bytes of weights {@link #write} will write. */
    public long weightBytes() {
        return weights.bytes();
    }

    /**
     * Writes the graph that the engine runs.
     *
     * @param graphFile where the graph goes
     * @param weightFile where the weights go; both in one folder, neither may exist
     * @param pad the tokenizer's padding id, appended to a text as the reference does: some families compute positions from it
     * @param vocabulary how many logits a position has
     * @param written receives the bytes of each written piece
     */
    public void write(Path graphFile, Path weightFile, int pad, int vocabulary, LongConsumer written)
            throws IOException {
        GraphProto.Builder graph = GraphProto.newBuilder().setName("exported");
        try (WeightFile target = new WeightFile(weightFile, written)) {
            weights.moveTo(target).forEach(tensor -> graph.addInitializer(renamed(tensor)));
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
        graph.addAllSparseInitializer(model.getGraph().getSparseInitializerList());
        graph.addAllQuantizationAnnotation(model.getGraph().getQuantizationAnnotationList());
        ExportAdapter adapter = new ExportAdapter(graph);
        adapter.inputs(contract, pad);
        nodes(graph, adapter);
        adapter.output(cut.atLogits() ? ExportAdapter.ROWS : Renaming.name(GraphNames.LOGITS), vocabulary);
        try (OutputStream out =
                new BufferedOutputStream(Files.newOutputStream(graphFile, StandardOpenOption.CREATE_NEW))) {
            model.toBuilder().setGraph(graph).build().writeTo(out);
        }
    }

    /** The export's own nodes; those after the cut work on the gathered rows. */
    private void nodes(GraphProto.Builder graph, ExportAdapter adapter) {
        List<NodeProto> nodes = model.getGraph().getNodeList();
        String whole = Renaming.name(cut.value());
        boolean gathered = false;
        for (int i = 0; i < nodes.size(); i++) {
            NodeProto node = Renaming.of(nodes.get(i));
            if (!cut.behind(i)) {
                graph.addNode(node);
                continue;
            }
            // Every node after the cut follows the one that computes the value there.
            if (!gathered) {
                adapter.gather(whole);
                gathered = true;
            }
            graph.addNode(Renaming.input(node, whole, ExportAdapter.ROWS));
        }
        if (!gathered) {
            adapter.gather(whole);
        }
    }

    private static TensorProto renamed(TensorProto tensor) {
        String name = Renaming.name(tensor.getName());
        return name.equals(tensor.getName())
                ? tensor
                : tensor.toBuilder().setName(name).build();
    }

    private String fileName() {
        return file.getFileName().toString();
    }
}
