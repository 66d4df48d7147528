package dev.unmask.hub;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a repository holds at one commit, and which of it an import needs. The form is that of the hub's
 * {@code GET /api/models/OWNER/NAME/revision/REVISION?blobs=true}: {@code sha}, and {@code siblings} with
 * {@code rfilename}, {@code size}, {@code blobId} and, for large files, {@code lfs.sha256}.
 *
 * @param commit 40 hexadecimal digits
 * @param files all files
 */
public record HubListing(String commit, List<HubFile> files) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern EXTERNAL = Pattern.compile("_data[A-Za-z0-9._-]{0,100}|\\.data");
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,199}");
    private static final String INDEX = ".index.json";

    /** Empty parts, "." and "..", backslashes and control characters. */
    private static final Pattern ELSEWHERE = Pattern.compile("^$|(?:^|/)\\.{0,2}(?:/|$)|[\\\\\\p{Cntrl}]");

    private static final long LARGEST = 1L << 40;

    private static final List<String> SMALL = List.of(
            "config.json",
            "tokenizer.json",
            "vocab.txt",
            "tokenizer_config.json",
            "special_tokens_map.json",
            "added_tokens.json",
            "vocab.json",
            "merges.txt",
            "README.md");

    /** In the order of preference; of each the whole file goes before its shards. */
    private static final List<String> WEIGHTS = List.of("model.safetensors", "pytorch_model.bin");

    private static final List<String> GRAPHS = List.of("onnx/model.onnx", "model.onnx");

    /**
     * Reads the hub's answer.
     *
     * @throws Fault of kind MODEL_REFUSED when it is not such an answer
     */
    static HubListing read(HubReference model, byte[] json) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException broken) {
            throw notAListing(model, "is not valid JSON");
        } catch (IOException impossible) {
            throw notAListing(model, "can't be read");
        }
        String commit = root.path("sha").asText();
        if (!COMMIT.matcher(commit).matches()) {
            throw notAListing(model, "names no commit (\"sha\", 40 hexadecimal digits)");
        }
        if (model.isPinned() && !commit.equals(model.revision())) {
            throw Fault.modelRefused(
                    "The hub answers the question for %s with the commit %s: what it has is not what was asked for. Ask another endpoint (HF_ENDPOINT), or for another revision."
                            .formatted(model, commit));
        }
        List<HubFile> files = new ArrayList<>();
        for (JsonNode sibling : root.path("siblings")) {
            if (sibling.path("rfilename").isTextual()) {
                files.add(checked(model, file(sibling)));
            }
        }
        return new HubListing(commit, List.copyOf(files));
    }

    private static HubFile file(JsonNode sibling) {
        JsonNode lfs = sibling.path("lfs");
        String sha256 = lfs.path("sha256").asText(lfs.path("oid").asText()).replaceFirst("^sha256:", "");
        String blob = sibling.path("blobId").asText();
        return new HubFile(
                sibling.path("rfilename").asText(),
                sibling.path("size").asLong(lfs.path("size").asLong(-1)),
                SHA256.matcher(sha256).matches() ? sha256 : null,
                lfs.isObject() || !COMMIT.matcher(blob).matches() ? null : blob);
    }

    /** A repository can't have such a path or size: whoever lists it wants to write elsewhere, or to fill the disk. */
    private static HubFile checked(HubReference model, HubFile file) {
        if (ELSEWHERE.matcher(file.path()).find()) {
            throw notAListing(model, "names a path that leads elsewhere or is none");
        }
        if (file.size() > LARGEST) {
            throw notAListing(model, "names a file of more than %d GiB".formatted(LARGEST >> 30));
        }
        return file;
    }

    private static Fault notAListing(HubReference model, String found) {
        return Fault.modelRefused(
                "The answer to the question for %s's files %s; HF_ENDPOINT has to be a Hugging Face hub or a mirror of one."
                        .formatted(model, found));
    }

    /** The configuration, the tokenizer and the card, as far as they are there. */
    public List<HubFile> small() {
        return SMALL.stream().flatMap(path -> find(path).stream()).toList();
    }

    /**
     * The weights, or the index of their shards: safetensors before PyTorch's format before a finished ONNX graph.
     *
     * @throws Fault of kind MODEL_REFUSED when there are none
     */
    public HubFile weights(HubReference model) {
        return Stream.concat(WEIGHTS.stream().flatMap(name -> Stream.of(name, name + INDEX)), GRAPHS.stream())
                .flatMap(path -> find(path).stream())
                .findFirst()
                .orElseThrow(() -> Fault.modelRefused(
                        "%s has no weights that can be read: neither %s, whole or with an index of shards, nor %s. Take another repository or revision."
                                .formatted(model, String.join(" or ", WEIGHTS), String.join(" or ", GRAPHS))));
    }

    /** Files beside an ONNX graph that hold its external data: {@code model.onnx_data}, {@code model.onnx.data}. */
    public List<HubFile> externalData(HubFile graph) {
        return files.stream()
                .filter(file -> file.path().startsWith(graph.path()))
                .filter(file -> EXTERNAL.matcher(
                                file.path().substring(graph.path().length()))
                        .matches())
                .toList();
    }

    /** Whether a file lists in which shards the tensors lie. */
    public static boolean isIndex(HubFile file) {
        return file.path().endsWith(INDEX);
    }

    /** Whether a file is an ONNX graph. */
    public static boolean isGraph(HubFile file) {
        return GRAPHS.contains(file.path());
    }

    /**
     * The shards that an index names in its {@code weight_map}.
     *
     * @throws Fault of kind MODEL_REFUSED when the index can't be read or names a file that isn't there
     */
    public List<HubFile> shards(HubReference model, HubFile index, byte[] json) {
        Set<String> names = new LinkedHashSet<>();
        try {
            JSON.readTree(json).path("weight_map").forEach(shard -> names.add(shard.asText()));
        } catch (IOException broken) {
            throw Fault.modelRefused("%s of %s is not valid JSON.".formatted(index.path(), model));
        }
        if (names.isEmpty()) {
            throw Fault.modelRefused("%s of %s names no files (\"weight_map\").".formatted(index.path(), model));
        }
        return names.stream()
                .map(name -> find(name)
                        .filter(file -> SHARD.matcher(name).matches())
                        .orElseThrow(() -> Fault.modelRefused(
                                "%s of %s names a file that the repository does not have; take another revision."
                                        .formatted(index.path(), model))))
                .toList();
    }

    private Optional<HubFile> find(String path) {
        return files.stream().filter(file -> file.path().equals(path)).findFirst();
    }
}
