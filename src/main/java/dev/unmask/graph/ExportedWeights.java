package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The constants of an export, inside it or in files beside it. The large ones are moved to one weight file, mapped and
 * copied piece by piece. Tensors that share their bytes keep sharing them.
 */
final class ExportedWeights {
    /** A smaller constant stays in the graph: ONNX Runtime reads shapes and axes only from there. */
    private static final int SMALL = 1024;

    private static final Map<DataType, Integer> ELEMENT_BYTES = Map.ofEntries(
            Map.entry(DataType.FLOAT, 4),
            Map.entry(DataType.FLOAT16, 2),
            Map.entry(DataType.BFLOAT16, 2),
            Map.entry(DataType.DOUBLE, 8),
            Map.entry(DataType.BOOL, 1),
            Map.entry(DataType.INT8, 1),
            Map.entry(DataType.UINT8, 1),
            Map.entry(DataType.INT16, 2),
            Map.entry(DataType.UINT16, 2),
            Map.entry(DataType.INT32, 4),
            Map.entry(DataType.UINT32, 4),
            Map.entry(DataType.INT64, 8),
            Map.entry(DataType.UINT64, 8));

    private final String file;
    private final List<TensorProto> tensors;

    /** By the tensor's index in the graph's list. */
    private final Map<Integer, ExternalData> external = new LinkedHashMap<>();

    private final long bytes;

    /**
     * @throws Fault of kind MODEL_REFUSED naming the first tensor whose data is missing, lies elsewhere or doesn't match
     *     its shape
     */
    ExportedWeights(Path file, GraphProto graph) {
        this.file = file.getFileName().toString();
        tensors = graph.getInitializerList();
        graph.getNodeList().forEach(this::refuseExternalAttributes);
        long total = 0;
        Map<ExternalData, Boolean> counted = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            TensorProto tensor = tensors.get(i);
            if (tensor.getDataLocation() == DataLocation.EXTERNAL) {
                ExternalData data = external(file, tensor);
                external.put(i, data);
                total += data.length() >= SMALL && counted.put(data, true) == null ? data.length() : 0;
            } else if (moved(tensor)) {
                checkInline(tensor);
                total += tensor.getRawData().size();
            }
        }
        bytes = total;
    }

    private ExternalData external(Path graph, TensorProto tensor) {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            entries.put(entry.getKey(), entry.getValue());
        }
        return ExternalData.of(graph, Wording.plain(tensor.getName()), entries, size(tensor));
    }

    private void checkInline(TensorProto tensor) {
        long expected = size(tensor);
        if (tensor.getRawData().size() != expected) {
            throw Fault.modelRefused("The tensor \"%s\" of %s has %d bytes; its shape and type need %d."
                    .formatted(
                            Wording.plain(tensor.getName()),
                            file,
                            tensor.getRawData().size(),
                            expected));
        }
    }

    /** How many bytes a tensor's elements take. */
    private long size(TensorProto tensor) {
        Optional<Integer> each = elementBytes(tensor);
        if (each.isEmpty()) {
            throw Fault.modelRefused("The tensor \"%s\" of %s is of %s, which is not supported as raw data."
                    .formatted(Wording.plain(tensor.getName()), file, ExportedFile.type(tensor.getDataType())));
        }
        long size = each.get();
        for (long dimension : tensor.getDimsList()) {
            try {
                size = Math.multiplyExact(size, dimension);
            } catch (ArithmeticException absurd) {
                size = -1;
            }
            if (dimension < 0 || size < 0) {
                throw Fault.modelRefused("The tensor \"%s\" of %s has a shape that exceeds any file: %s."
                        .formatted(
                                Wording.plain(tensor.getName()),
                                file,
                                tensor.getDimsList().stream().limit(8).toList()));
            }
        }
        return size;
    }

    private void refuseExternalAttributes(NodeProto node) {
        for (AttributeProto attribute : node.getAttributeList()) {
            if (attribute.getT().getDataLocation() == DataLocation.EXTERNAL) {
                throw Fault.modelRefused(
                        "%s has a constant in a node (%s) with external data; that is only supported for initializers."
                                .formatted(file, Wording.plain(node.getName())));
            }
            for (TensorProto inner : attribute.getG().getInitializerList()) {
                if (inner.getDataLocation() == DataLocation.EXTERNAL) {
                    throw Fault.modelRefused(
                            "%s has the tensor \"%s\" in a branch or loop with external data; that is only supported for the graph's own."
                                    .formatted(file, Wording.plain(inner.getName())));
                }
            }
            attribute.getG().getNodeList().forEach(this::refuseExternalAttributes);
        }
    }

    private static boolean moved(TensorProto tensor) {
        return tensor.getRawData().size() >= SMALL && elementBytes(tensor).isPresent();
    }

    /** The width of an element; empty for unsupported and unknown types. */
    private static Optional<Integer> elementBytes(TensorProto tensor) {
        return Optional.ofNullable(DataType.forNumber(tensor.getDataType())).map(ELEMENT_BYTES::get);
    }

    /** The files that hold external data, each once. */
    List<Path> externalFiles() {
        return external.values().stream().map(ExternalData::file).distinct().toList();
    }

    /** How many bytes the weight file will have. */
    long bytes() {
        return bytes;
    }

    /** The types of floating-point or quantized weights other than FLOAT. */
    List<String> otherTypes() {
        TreeSet<String> types = new TreeSet<>();
        for (int i = 0; i < tensors.size(); i++) {
            DataType type = DataType.forNumber(tensors.get(i).getDataType());
            boolean large = external.containsKey(i) || moved(tensors.get(i));
            if (large
                    && type != DataType.FLOAT
                    && type != DataType.INT64
                    && type != DataType.INT32
                    && type != DataType.BOOL) {
                types.add(String.valueOf(type));
            }
        }
        return List.copyOf(types);
    }

    /** Writes the large constants and returns their references; small ones are returned unchanged. */
    List<TensorProto> moveTo(WeightFile target) throws IOException {
        List<TensorProto> result = new ArrayList<>(tensors.size());
        Map<ExternalData, TensorProto> shared = new HashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            TensorProto tensor = tensors.get(i);
            ExternalData data = external.get(i);
            if (data == null) {
                result.add(
                        moved(tensor) ? target.copy(tensor, tensor.getRawData().asReadOnlyByteBuffer()) : tensor);
                continue;
            }
            if (data.length() < SMALL) {
                result.add(inline(tensor, data));
                continue;
            }
            TensorProto known = shared.get(data);
            TensorProto placed = known == null
                    ? target.copy(tensor, data.map())
                    : known.toBuilder()
                            .setName(tensor.getName())
                            .setDataType(tensor.getDataType())
                            .clearDims()
                            .addAllDims(tensor.getDimsList())
                            .build();
            shared.putIfAbsent(data, placed);
            result.add(placed);
        }
        return result;
    }

    private static TensorProto inline(TensorProto tensor, ExternalData data) throws IOException {
        return tensor.toBuilder()
                .clearExternalData()
                .clearDataLocation()
                .setRawData(ByteString.copyFrom(data.map()))
                .build();
    }
}
