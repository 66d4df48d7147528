package dev.unmask.http;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.unmask.fillmask.Query;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.serving.Descriptors;
import dev.unmask.serving.EngineInfo;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.ModelInfo;
import dev.unmask.serving.ServedModel;
import dev.unmask.serving.Speed;

/** The answer of {@code GET /info}; docs/api.md explains each field. */
record ServiceInfo(
        String task,
        ModelInfo model,
        EngineInfo engine,
        Speed speed,
        Limits limits,
        Defaults defaults,
        Versions versions) {

    @JsonNaming(SnakeCaseStrategy.class)
    record Limits(
            long bodyBytes,
            int inputs,
            int characters,
            int tokens,
            int masks,
            int targets,
            int targetCharacters,
            int jsonDepth,
            long answerTokens,
            long requestTimeoutMs,
            int queueTokens,
            int requestIdCharacters,
            int connections,
            long headerTimeoutMs,
            long bodyTimeoutMs,
            long writeTimeoutMs,
            long bodiesBytes,
            long answersBytes) {

        static Limits of(QueryLimits query, LimitsConfig limits, int queueTokens, Budgets budgets) {
            return new Limits(
                    limits.body().asLongValue(),
                    query.inputs(),
                    query.characters(),
                    query.tokens(),
                    query.masks(),
                    query.targets(),
                    query.targetCharacters(),
                    limits.jsonDepth(),
                    query.answerTokens(),
                    query.timeout().toMillis(),
                    queueTokens,
                    RequestIds.LONGEST,
                    Descriptors.connections(limits.connections()),
                    limits.headerTimeout().toMillis(),
                    limits.bodyTimeout().toMillis(),
                    limits.writeTimeout().toMillis(),
                    budgets.bodies().most(),
                    budgets.answers().most());
        }
    }

    @JsonNaming(SnakeCaseStrategy.class)
    record Defaults(int topK) {}

    record Versions(String unmask, String java, String onnxruntime, String tokenizers) {}

    static ServiceInfo of(ServedModel served, LimitsConfig limits, int queueTokens, Budgets budgets, String version) {
        return new ServiceInfo(
                "fill-mask",
                served.info(),
                served.engineInfo(),
                served.speed(queueTokens),
                Limits.of(served.limits(), limits, queueTokens, budgets),
                new Defaults(Query.DEFAULT_TOP_K),
                new Versions(
                        version, Runtime.version().toString(), served.runtimeVersion(), served.tokenizerVersion()));
    }
}
