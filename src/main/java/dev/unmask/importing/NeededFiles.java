package dev.unmask.importing;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.checkpoint.CheckpointFiles;
import dev.unmask.fault.Fault;
import dev.unmask.hub.HubFile;
import dev.unmask.hub.HubListing;
import dev.unmask.hub.HubReference;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which files of a repository an import needs.
 *
 * @param model the repository
 * @param listing all its files
 */
record NeededFiles(HubReference model, HubListing listing) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern EXTERNAL = Pattern.compile("_data[A-Za-z0-9._-]{0,100}|\\.data");
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");

    /** In order of preference; a whole file is preferred to shards. */
    private static final List<String> WEIGHTS = List.of(CheckpointFiles.SAFETENSORS, CheckpointFiles.PYTORCH);

    /** The configuration, the tokenizer and the card, if they exist. */
    List<HubFile> small() {
        return Stream.of(
                        Stream.of(CheckpointFiles.CONFIG),
                        CheckpointFiles.OF_TOKENIZER.stream(),
                        Stream.of(CheckpointFiles.CARD))
                .flatMap(names -> names)
                .flatMap(path -> listing.find(path).stream())
                .toList();
    }

    /**
     * The weights, or the index of their shards: safetensors before PyTorch's format before a finished ONNX graph.
     *
     * @throws Fault of kind MODEL_REFUSED when there are no weights
     */
    HubFile weights() {
        return Stream.concat(
                        WEIGHTS.stream().flatMap(name -> Stream.of(name, name + CheckpointFiles.INDEX)),
                        CheckpointFiles.EXPORTS.stream())
                .flatMap(path -> listing.find(path).stream())
                .findFirst()
                .orElseThrow(() -> Fault.modelRefused(
                        "%s has no supported weights: neither %s, whole or with an index of shards, nor %s. Use another repository or revision."
                                .formatted(
                                        model,
                                        String.join(" or ", WEIGHTS),
                                        String.join(" or ", CheckpointFiles.EXPORTS))));
    }

    /** Files beside an ONNX graph with its external data: {@code model.onnx_data}, {@code model.onnx.data}. */
    List<HubFile> externalData(HubFile graph) {
        return listing.files().stream()
                .filter(file -> file.path().startsWith(graph.path()))
                .filter(file -> EXTERNAL.matcher(
                                file.path().substring(graph.path().length()))
                        .matches())
                .toList();
    }

    /** Whether a file is an index of shards. */
    static boolean isIndex(HubFile file) {
        return file.path().endsWith(CheckpointFiles.INDEX);
    }

    /** Whether a file is an ONNX graph. */
    static boolean isGraph(HubFile file) {
        return CheckpointFiles.EXPORTS.contains(file.path());
    }

    /**
     * The shards in an index's {@code weight_map}.
     *
     * @throws Fault of kind MODEL_REFUSED when the index is malformed or lists a missing file
     */
    List<HubFile> shards(HubFile index, byte[] json) {
        Set<String> names = new LinkedHashSet<>();
        try {
            JSON.readTree(json).path("weight_map").forEach(shard -> names.add(shard.asText()));
        } catch (IOException broken) {
            throw Fault.modelRefused("%s of %s is not valid JSON.".formatted(index.path(), model));
        }
        if (names.isEmpty()) {
            throw Fault.modelRefused("%s of %s lists no files (\"weight_map\").".formatted(index.path(), model));
        }
        return names.stream()
                .map(name -> listing.find(name)
                        .filter(file -> SHARD.matcher(name).matches())
                        .orElseThrow(() -> Fault.modelRefused(
                                "%s of %s lists a file that the repository doesn't have; use another revision."
                                        .formatted(index.path(), model))))
                .toList();
    }
}
