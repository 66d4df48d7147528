package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/** The tensors of several files, which an index ({@code *.index.json}) lists by name. */
final class ShardedSource implements TensorSource {
    private static final String WEIGHT_MAP = "weight_map";

    private final String index;
    private final List<Path> files;
    private final Map<String, TensorSource> shards;
    private final Map<String, TensorSource> shardByName;

    private ShardedSource(
            String index, List<Path> files, Map<String, TensorSource> shards, Map<String, TensorSource> shardByName) {
        this.index = index;
        this.files = files;
        this.shards = shards;
        this.shardByName = Collections.unmodifiableMap(shardByName);
    }

    /**
     * Opens the index and all files that it names, which must lie beside it.
     *
     * @param open opens one of them
     * @throws Fault of kind MODEL_REFUSED, naming the file or the tensor, when one is missing or the index is no such
     */
    static ShardedSource open(Path index, Function<Path, TensorSource> open) {
        String name = String.valueOf(index.getFileName());
        Map<String, String> fileByName =
                ConfigJson.read(index, ConfigJson.MOST_INDEX_BYTES).texts(WEIGHT_MAP);
        if (fileByName.isEmpty()) {
            throw Fault.modelRefused(name + ": " + WEIGHT_MAP + " names no tensor.");
        }
        List<Path> files = new ArrayList<>();
        files.add(index);
        Map<String, TensorSource> shards = new TreeMap<>();
        try {
            for (String file : new TreeSet<>(fileByName.values())) {
                Path shard = shard(index, name, file);
                files.add(shard);
                shards.put(file, open.apply(shard));
            }
            return new ShardedSource(name, List.copyOf(files), shards, join(fileByName, shards, name));
        } catch (RuntimeException refused) {
            shards.values().forEach(TensorSource::close);
            throw refused;
        }
    }

    private static Path shard(Path index, String name, String file) {
        if (PlainPath.nameProblem(file).isPresent()) {
            throw Fault.modelRefused(
                    "%s: %s names the file %s; only the plain name of a file beside the index is allowed."
                            .formatted(name, WEIGHT_MAP, Wording.quoted(file)));
        }
        Path shard = index.resolveSibling(file);
        if (!Files.isRegularFile(shard)) {
            throw Fault.modelRefused("%s names the file %s, which is not there. Is the download complete?"
                    .formatted(name, Wording.quoted(file)));
        }
        return shard;
    }

    /** Like transformers, takes tensors that the index doesn't name from the shards nevertheless. */
    private static Map<String, TensorSource> join(
            Map<String, String> fileByName, Map<String, TensorSource> shards, String index) {
        Map<String, TensorSource> joined = new LinkedHashMap<>();
        fileByName.forEach((tensor, file) -> {
            TensorSource shard = shards.get(file);
            if (!shard.names().contains(tensor)) {
                throw Fault.modelRefused(
                        "%s says that tensor %s is in %s, but it isn't; the files don't belong together."
                                .formatted(index, Wording.quoted(tensor), Wording.quoted(file)));
            }
            joined.put(tensor, shard);
        });
        shards.forEach((file, shard) -> shard.names().forEach(tensor -> {
            TensorSource known = joined.putIfAbsent(tensor, shard);
            if (known != null && known != shard) {
                throw Fault.modelRefused(
                        "%s: tensor %s is in %s and in another file as well; the files don't belong together."
                                .formatted(index, Wording.quoted(tensor), Wording.quoted(file)));
            }
        }));
        return joined;
    }

    /** The index and the files that it names. */
    List<Path> files() {
        return files;
    }

    @Override
    public Set<String> names() {
        return shardByName.keySet();
    }

    @Override
    public Tensor tensor(String name) {
        TensorSource shard = shardByName.get(name);
        if (shard == null) {
            throw Fault.modelRefused(index + " has no tensor " + Wording.quoted(name) + ".");
        }
        return shard.tensor(name);
    }

    @Override
    public void close() {
        shards.values().forEach(TensorSource::close);
    }
}
