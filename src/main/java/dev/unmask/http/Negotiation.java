package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Checks that a prediction's body and answer have a media type that both sides support: {@code application/json}, in any
 * case and with any parameters, or unspecified. Checked before any work is done.
 */
final class Negotiation {
    private static final String JSON = "application/json";

    private Negotiation() {}

    /**
     * @throws Fault of kind UNSUPPORTED_MEDIA_TYPE or NOT_ACCEPTABLE
     */
    static void check(MultiMap headers) {
        String contentType = headers.get(HttpHeaders.CONTENT_TYPE);
        if (contentType != null && !contentType.isBlank() && !range(contentType).equals(JSON)) {
            throw new Fault(Fault.Kind.UNSUPPORTED_MEDIA_TYPE, "The Content-Type must be application/json.");
        }
        if (!accepts(headers.getAll(HttpHeaders.ACCEPT))) {
            throw new Fault(
                    Fault.Kind.NOT_ACCEPTABLE,
                    "The answer is application/json, which the header Accept does not allow.");
        }
    }

    /** The most specific range that fits decides, as RFC 9110 §12.5.1 has it; quality 0 means "not this". */
    private static boolean accepts(List<String> accept) {
        List<String> ranges = accept.stream()
                .flatMap(header -> Arrays.stream(header.split(",")))
                .filter(range -> !range.isBlank())
                .toList();
        if (ranges.isEmpty()) {
            return true;
        }
        for (String wanted : List.of(JSON, "application/*", "*/*")) {
            List<String> fitting =
                    ranges.stream().filter(range -> range(range).equals(wanted)).toList();
            if (!fitting.isEmpty()) {
                return fitting.stream().anyMatch(range -> !(quality(range) <= 0));
            }
        }
        return false;
    }

    private static String range(String value) {
        return value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static double quality(String range) {
        for (String parameter : range.split(";")) {
            String[] pair = parameter.strip().split("=", 2);
            if (pair.length == 2 && pair[0].strip().equalsIgnoreCase("q")) {
                try {
                    return Double.parseDouble(pair[1].strip());
                } catch (NumberFormatException malformed) {
                    return 1;
                }
            }
        }
        return 1;
    }
}
