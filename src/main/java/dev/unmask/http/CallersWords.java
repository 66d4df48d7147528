package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;

/** A fault in the words of whoever sent the request: what they call the part that it is about, and the way out. */
final class CallersWords {
    private CallersWords() {}

    /** The sentence for the answer. */
    static String of(Fault fault) {
        return fault.part()
                .map(part -> name(part, fault) + fault.getMessage() + wayOut(part))
                .orElse(fault.getMessage());
    }

    private static String name(Part part, Fault fault) {
        String index = fault.index().isPresent() ? "[" + fault.index().getAsInt() + "]" : "";
        return switch (part) {
            case TEXTS -> "inputs: ";
            // Of a single text it is clear which is meant.
            case TEXT, LENGTH -> index.isEmpty() ? "" : "inputs" + index + ": ";
            case TARGETS, TARGET -> "parameters.targets" + index + ": ";
            case TOP_K -> "parameters.top_k: ";
            case ANSWER -> "";
        };
    }

    private static String wayOut(Part part) {
        return switch (part) {
            case LENGTH -> " Shorten it, or send \"tokenizer_kwargs\": {\"truncation\": true} to cut off its end.";
            case ANSWER -> " Lower parameters.top_k, or send fewer texts or masks.";
            case TEXTS, TEXT, TARGETS, TARGET, TOP_K -> "";
        };
    }
}
