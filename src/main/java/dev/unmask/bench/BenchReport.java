package dev.unmask.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a machine achieves.
 *
 * @param model a model's name, or the shape whose random weights were measured
 * @param precision of its graph
 * @param provider the execution provider that ran it
 * @param threads intra-op threads
 * @param runtime ONNX Runtime's version
 * @param batches what was measured, in the order asked for
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record BenchReport(
        String model, String precision, String provider, int threads, String runtime, List<Measured> batches) {
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE);

    private static final String ROW = "%7s %7s %7s  %9s %9s  %9s %9s  %8s %8s %6s";

    /** As one JSON object. */
    public String toJson() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a report is plain data", impossible);
        }
    }

    /** As a text table. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("%s, %s, %s, %d %s, ONNX Runtime %s"
                .formatted(model, precision, provider, threads, threads == 1 ? "thread" : "threads", runtime));
        lines.add("");
        lines.add(row("texts", "length", "tokens", "ms", "95 % ms", "texts/s", "tokens/s", "GFLOP/s", "roof", "share"));
        for (Measured batch : batches) {
            lines.add(row(
                    batch.texts(),
                    batch.length(),
                    batch.tokens(),
                    number("%.2f", batch.milliseconds()),
                    number("%.2f", batch.slowestMilliseconds()),
                    number("%.1f", batch.textsPerSecond()),
                    number("%.0f", batch.tokensPerSecond()),
                    number("%.0f", batch.gflopsPerSecond()),
                    number("%.0f", batch.roofGflopsPerSecond()),
                    number("%.2f", batch.roofShare())));
        }
        return lines;
    }

    private static String row(Object... cells) {
        return ROW.formatted(cells);
    }

    private static String number(String format, Double value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }
}
