package dev.unmask.graph;

import dev.unmask.checkpoint.Activation;
import java.util.List;

/** {@code activation(product + bias)}, in the operator that both providers have for it. */
final class ActivationNode {
    private ActivationNode() {}

    static String add(GraphBuilder graph, Activation activation, String product, String bias) {
        List<String> inputs = List.of(product, bias);
        return switch (activation) {
            case GELU -> graph.contrib("BiasGelu", inputs);
            case GELU_TANH -> graph.contrib("FastGelu", inputs);
            case RELU -> graph.standard("Relu", List.of(graph.standard("Add", inputs)));
        };
    }
}
