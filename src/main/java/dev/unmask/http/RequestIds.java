package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.core.MultiMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The request-id family of Azure ML's inference server: {@code x-request-id} is echoed or generated;
 * {@code x-ms-request-id} is
 * echoed, else the client's id, else the request id; {@code x-ms-client-request-id} is returned if one of the two was sent;
 * {@code TraceId} is echoed.
 */
final class RequestIds {
    /** The longest accepted id; a longer one is refused and not echoed. */
    static final int LONGEST = 100;

    /** The header of every answer. */
    static final String REQUEST = "x-request-id";

    private static final String MS_REQUEST = "x-ms-request-id";
    private static final String MS_CLIENT = "x-ms-client-request-id";
    private static final String TRACE = "TraceId";

    private RequestIds() {}

    /** The headers of the response. */
    static Map<String, String> of(MultiMap request) {
        String id = taken(request, REQUEST, UUID.randomUUID().toString());
        String client = taken(request, MS_CLIENT, null);
        String microsoft = taken(request, MS_REQUEST, client == null ? id : client);

        Map<String, String> ids = new LinkedHashMap<>();
        ids.put(REQUEST, id);
        ids.put(MS_REQUEST, microsoft);
        if (client != null || taken(request, MS_REQUEST, null) != null) {
            ids.put(MS_CLIENT, microsoft);
        }
        String trace = taken(request, TRACE, null);
        if (trace != null) {
            ids.put(TRACE, trace);
        }
        return ids;
    }

    /**
     * @throws Fault of kind HEADER_TOO_LONG when one of the ids is too long; names the header
     */
    static void check(MultiMap request) {
        for (String name : List.of(REQUEST, MS_REQUEST, MS_CLIENT, TRACE)) {
            String value = request.get(name);
            if (value != null && value.length() > LONGEST) {
                throw new Fault(
                        Fault.Kind.HEADER_TOO_LONG,
                        "The header %s has %d characters; at most %d are allowed."
                                .formatted(name, value.length(), LONGEST));
            }
        }
    }

    private static String taken(MultiMap request, String name, String otherwise) {
        String value = request.get(name);
        return value == null || value.isEmpty() || value.length() > LONGEST ? otherwise : value;
    }
}
