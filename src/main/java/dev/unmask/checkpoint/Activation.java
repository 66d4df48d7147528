package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;

/** The function between the two linear maps of a feed-forward block, and inside the head. */
public enum Activation {
    /** {@code x · Φ(x)}, by the error function: "gelu". */
    GELU,
    /** GELU's approximation by tanh: "gelu_new". */
    GELU_TANH,
    /** {@code max(x, 0)}: "relu". */
    RELU;

    /**
     * The activation that a {@code config.json} names.
     *
     * @param hiddenAct the value of {@code hidden_act}, in the spelling of transformers
     * @throws Fault of kind MODEL_REFUSED for any other name; it lists those that are allowed
     */
    public static Activation of(String hiddenAct) {
        return switch (hiddenAct) {
            case "gelu" -> GELU;
            case "gelu_new" -> GELU_TANH;
            case "relu" -> RELU;
            default ->
                throw Fault.modelRefused(
                        "The activation (hidden_act) is %s; \"gelu\", \"gelu_new\" and \"relu\" are allowed."
                                .formatted(Wording.quoted(hiddenAct)));
        };
    }
}
