package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The spellings under which checkpoints have been published, unified to transformers' current ones, without "bert." before
 * the names of the base model.
 */
final class TensorNames {
    private static final Pattern BASE = Pattern.compile("bert\\.(embeddings|encoder|pooler)\\..*");

    /** Heads lie beside the base model and never have its prefix. */
    private static final Pattern HEADS = Pattern.compile("cls[._]");

    /** Tensors that checkpoints have and that a masked-LM model doesn't use. */
    private static final List<String> IGNORED =
            List.of("embeddings.position_ids", "embeddings.token_type_ids", "pooler.", "cls.seq_relationship.");

    private final Map<String, String> spelledByCanonical;
    private final boolean prefixed;

    private TensorNames(Map<String, String> spelledByCanonical, boolean prefixed) {
        this.spelledByCanonical = spelledByCanonical;
        this.prefixed = prefixed;
    }

    static TensorNames of(Set<String> spelled, String file) {
        Map<String, String> names = new HashMap<>();
        boolean prefixed = false;
        for (String name : spelled) {
            if (name.startsWith("module.")) {
                throw Fault.modelRefused(
                        "%s: tensor %s has the prefix \"module.\" of a DataParallel wrapper, with which transformers doesn't load it either; save the model without the wrapper."
                                .formatted(file, Wording.quoted(name)));
            }
            prefixed |= BASE.matcher(name).matches();
            String other = names.put(canonical(name), name);
            if (other != null) {
                throw Fault.modelRefused(
                        "%s: tensors %s and %s are two spellings of the same one; only one may be there."
                                .formatted(file, Wording.quoted(other), Wording.quoted(name)));
            }
        }
        return new TensorNames(names, prefixed);
    }

    private static String canonical(String name) {
        String base = BASE.matcher(name).matches() ? name.substring("bert.".length()) : name;
        if (base.endsWith(".LayerNorm.gamma")) {
            return base.substring(0, base.length() - "gamma".length()) + "weight";
        }
        if (base.endsWith(".LayerNorm.beta")) {
            return base.substring(0, base.length() - "beta".length()) + "bias";
        }
        return base;
    }

    boolean has(String canonical) {
        return spelledByCanonical.containsKey(canonical);
    }

    boolean hasAnyUnder(String prefix) {
        return spelledByCanonical.keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    /** How the file spells a name, or would spell it if it had that tensor. */
    String spelled(String canonical) {
        boolean base = !HEADS.matcher(canonical).lookingAt();
        return spelledByCanonical.getOrDefault(canonical, base && prefixed ? "bert." + canonical : canonical);
    }

    /** The file's spelling of all tensors that are neither used nor known to be irrelevant. */
    List<String> unexpected(Set<String> used) {
        Map<String, String> left = new TreeMap<>(spelledByCanonical);
        left.keySet().removeAll(used);
        left.keySet().removeIf(name -> IGNORED.stream().anyMatch(name::startsWith));
        return List.copyOf(left.values());
    }
}
