package dev.unmask.http;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Part;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A fault in the caller's terms: the name of the request's part that it is about, and the way out. */
final class CallersWords {
    private CallersWords() {}

    /** The message for the answer, in a protocol that calls the texts inputs. */
    static String of(Fault fault) {
        // For a single text, no index is needed.
        return of(fault, "inputs", "");
    }

    /**
     * The same answer, whose failure uses the terms of a protocol with another name for the texts.
     *
     * @param texts the protocol's name of their list
     */
    static <T> CompletionStage<T> where(String texts, CompletionStage<T> answer) {
        return answer.exceptionallyCompose(failure -> {
            Throwable thrown = FaultAnswer.thrown(failure);
            return CompletableFuture.failedStage(
                    thrown instanceof Fault fault && fault.part().isPresent()
                            ? Fault.badRequest(of(fault, texts, texts + "[0]: "))
                            : thrown);
        });
    }

    private static String of(Fault fault, String texts, String single) {
        return fault.part()
                .map(part -> name(part, fault, texts, single) + fault.getMessage() + wayOut(part))
                .orElse(fault.getMessage());
    }

    private static String name(Part part, Fault fault, String texts, String single) {
        String index = fault.index().isPresent() ? "[" + fault.index().getAsInt() + "]" : "";
        return switch (part) {
            case TEXTS -> texts + ": ";
            case TEXT, LENGTH -> index.isEmpty() ? single : texts + index + ": ";
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
