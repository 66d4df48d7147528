package dev.unmask.http;

import dev.unmask.fillmask.Query;
import dev.unmask.fillmask.QueryLimits;
import dev.unmask.serving.EngineInfo;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.ModelInfo;
import dev.unmask.serving.ServedModel;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code GET /info} tells, in the wire's names; docs/api.md explains each. */
final class ServiceInfo {
    private ServiceInfo() {}

    static Map<String, Object> of(
            ServedModel served, LimitsConfig limits, int queueTokens, Budgets budgets, String version) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("task", "fill-mask");
        info.put("model", model(served.info()));
        info.put("engine", engine(served.engineInfo()));
        info.put("limits", limits(served.limits(), limits, queueTokens, budgets));
        info.put("defaults", Map.of("top_k", Query.DEFAULT_TOP_K));
        info.put("versions", versions(served.engineInfo(), version));
        return info;
    }

    private static Map<String, Object> model(ModelInfo model) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("name", model.name());
        wire.put("source", model.source());
        wire.put("revision", model.revision());
        wire.put("type", model.type());
        wire.put("layers", model.layers());
        wire.put("hidden", model.hidden());
        wire.put("heads", model.heads());
        wire.put("vocabulary", model.vocabulary());
        wire.put("positions", model.positions());
        wire.put("mask_token", model.maskToken());
        wire.put("mask_token_id", model.maskTokenId());
        wire.put(
                "embedding_size",
                model.embeddingSize().isPresent() ? model.embeddingSize().getAsInt() : null);
        wire.put("licence", model.licence());
        wire.put("intended_use", model.intendedUse());
        return wire;
    }

    private static Map<String, Object> engine(EngineInfo engine) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("precision", engine.precision());
        wire.put("head", engine.head());
        wire.put("batches", engine.batches());
        wire.put("provider", engine.provider());
        wire.put("provider_reason", engine.providerReason());
        wire.put("threads", engine.threads());
        return wire;
    }

    private static Map<String, Object> limits(
            QueryLimits query, LimitsConfig limits, int queueTokens, Budgets budgets) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("body_bytes", limits.body().asLongValue());
        wire.put("inputs", query.inputs());
        wire.put("characters", query.characters());
        wire.put("tokens", query.tokens());
        wire.put("masks", query.masks());
        wire.put("targets", query.targets());
        wire.put("target_characters", query.targetCharacters());
        wire.put("json_depth", limits.jsonDepth());
        wire.put("answer_tokens", query.answerTokens());
        wire.put("request_timeout_ms", query.timeout().toMillis());
        wire.put("queue_tokens", queueTokens);
        wire.put("request_id_characters", RequestIds.LONGEST);
        wire.put("connections", limits.connections());
        wire.put("header_timeout_ms", limits.headerTimeout().toMillis());
        wire.put("body_timeout_ms", limits.bodyTimeout().toMillis());
        wire.put("write_timeout_ms", limits.writeTimeout().toMillis());
        wire.put("bodies_bytes", budgets.bodies().most());
        wire.put("answers_bytes", budgets.answers().most());
        return wire;
    }

    private static Map<String, Object> versions(EngineInfo engine, String version) {
        Map<String, Object> wire = new LinkedHashMap<>();
        wire.put("unmask", version);
        wire.put("java", Runtime.version().toString());
        wire.put("onnxruntime", engine.runtimeVersion());
        wire.put("tokenizers", engine.tokenizerVersion());
        return wire;
    }
}
