package dev.unmask.graph;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Reads ONNX files from other exporters. */
final class ExportedFile {

    private ExportedFile() {}

    /**
     * Parses a model. Its weights stay in the mapped file, not on the heap.
     *
     * @throws Fault of kind MODEL_REFUSED when it is not an ONNX model
     */
    static ModelProto read(Path file) throws IOException {
        String name = file.getFileName().toString();
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                throw Fault.modelRefused(
                        "%s has %d bytes, more than the format allows (2 GiB); export it with external data."
                                .formatted(name, channel.size()));
            }
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(channel.map(MapMode.READ_ONLY, 0, channel.size()))
                    .newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            if (model.getGraph().getNodeCount() == 0) {
                throw Fault.modelRefused("%s is not an ONNX model: it has no graph, or an empty one.".formatted(name));
            }
            return model;
        } catch (InvalidProtocolBufferException broken) {
            throw Fault.modelRefused(
                    "%s is not an ONNX model, or is cut off: %s".formatted(name, Wording.plain(broken.getMessage())),
                    broken);
        }
    }

    /** The name of an element type in the format. */
    static String type(int number) {
        DataType type = DataType.forNumber(number);
        return type == null ? "type " + number : type.name();
    }
}
