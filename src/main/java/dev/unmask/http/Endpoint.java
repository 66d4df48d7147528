package dev.unmask.http;

import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The service's endpoints, each with its particulars. */
enum Endpoint {
    ROOT(Paths.ROOT, true, true, true),
    PREDICT(Paths.PREDICT, false, true, false),
    SCORE(Paths.SCORE, false, true, false),
    EMBEDDINGS(Paths.EMBEDDINGS, false, true, false),
    HEALTH(Paths.HEALTH, true, false, true),
    INFO(Paths.INFO, true, false, false),
    OPENAPI(Paths.OPENAPI, true, false, true),
    V2(Paths.V2, true, false, false),
    V2_LIVE(Paths.V2 + Paths.LIVE, true, false, true),
    V2_READY(Paths.V2 + Paths.READY, true, false, true),
    V2_MODEL(Paths.V2 + Paths.MODEL, true, false, false),
    V2_MODEL_READY(Paths.V2 + Paths.MODEL + Paths.IS_READY, true, false, true),
    V2_INFER(Paths.V2 + Paths.MODEL + Paths.INFER, false, true, false),
    V2_VERSION(Paths.V2 + Paths.VERSION, true, false, false),
    V2_VERSION_READY(Paths.V2 + Paths.VERSION + Paths.IS_READY, true, false, true),
    V2_VERSION_INFER(Paths.V2 + Paths.VERSION + Paths.INFER, false, true, false),
    V1_MODELS(Paths.V1 + Paths.MODELS, true, false, false),
    V1_PREDICT(Paths.V1 + Paths.MODEL + Paths.COLON_PREDICT, false, true, false),
    V1_MODEL(Paths.V1 + Paths.MODEL, true, false, true);

    /** The paths, as constants for annotations. */
    static final class Paths {
        static final String ROOT = "/";
        static final String PREDICT = "/predict";
        static final String SCORE = "/score";
        static final String EMBEDDINGS = "/embeddings";
        static final String HEALTH = "/health";
        static final String INFO = "/info";
        static final String OPENAPI = "/swagger.json";
        /** The prefix of the framework's page that shows {@link #OPENAPI}. */
        static final String PAGE = "/q/swagger-ui/";

        /** The Open Inference Protocol's root, and below it its parts. */
        static final String V2 = "/v2";

        static final String LIVE = "/health/live";
        static final String READY = "/health/ready";
        static final String MODELS = "/models";
        static final String MODEL = MODELS + "/{model}";
        static final String VERSION = MODEL + "/versions/{version}";
        static final String IS_READY = "/ready";
        static final String INFER = "/infer";
        /** TensorFlow Serving's, which KServe calls protocol v1. */
        static final String V1 = "/v1";

        static final String COLON_PREDICT = ":predict";

        private Paths() {}
    }

    private static final Map<String, Endpoint> BY_PATH = Arrays.stream(values())
            .filter(endpoint -> !endpoint.namesModel())
            .collect(Collectors.toUnmodifiableMap(endpoint -> endpoint.path, endpoint -> endpoint));

    /** Endpoints whose paths name a model, in matching order. */
    private static final List<Endpoint> NAMING_MODELS =
            Arrays.stream(values()).filter(Endpoint::namesModel).toList();

    private final String path;
    private final Pattern pattern;
    private final boolean readable;
    private final boolean asksModel;
    private final boolean open;

    /**
     * @param readable whether it supports GET
     * @param asksModel whether a POST asks the model
     * @param open whether GET needs no key
     */
    Endpoint(String path, boolean readable, boolean asksModel, boolean open) {
        this.path = path;
        this.pattern = Pattern.compile("\\Q" + path.replaceAll("\\{[a-z]+}", "\\\\E[^/]+\\\\Q") + "\\E");
        this.readable = readable;
        this.asksModel = asksModel;
        this.open = open;
    }

    /** The endpoint at a path. */
    static Optional<Endpoint> at(String path) {
        return Optional.ofNullable(BY_PATH.get(path)).or(() -> NAMING_MODELS.stream()
                .filter(endpoint -> endpoint.pattern.matcher(path).matches())
                .findFirst());
    }

    private boolean namesModel() {
        return path.contains("{");
    }

    /** The paths that ask the model by POST, for messages. */
    static String whereTheModelIsAsked() {
        List<String> paths = Arrays.stream(values())
                .filter(endpoint -> endpoint.asksModel && !endpoint.namesModel())
                .map(endpoint -> endpoint.path)
                .collect(Collectors.toList());
        String last = paths.remove(paths.size() - 1);
        return String.join(", ", paths) + " and " + last;
    }

    /** Its path; a template if it names a model. */
    String path() {
        return path;
    }

    /** Whether a request by this method asks the model. */
    boolean asksModel(HttpMethod method) {
        return asksModel && method.equals(HttpMethod.POST);
    }

    /** Whether a request by this method needs no key. */
    boolean isOpen(HttpMethod method) {
        return open && reads(method);
    }

    /** Whether a method only reads. */
    static boolean reads(HttpMethod method) {
        return method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
    }

    /** Whether the endpoint supports a method; OPTIONS is answered by the front door. */
    boolean takes(HttpMethod method) {
        return asksModel(method) || readable && reads(method);
    }

    /** The value of the header {@code Allow}. */
    String allow() {
        return (readable ? "GET, HEAD, " : "") + "OPTIONS" + (asksModel ? ", POST" : "");
    }
}
