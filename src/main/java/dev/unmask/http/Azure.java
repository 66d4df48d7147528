package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The headers of Azure ML: its inference server's about the run, and its gateway's about the deployment. A singleton like
 * everything that checks settings here: created with the front door, not on the first request.
 */
@Singleton
public class Azure {
    private static final String DEPLOYMENT = "azureml-model-deployment";
    private static final String REASON = "ms-azureml-model-error-reason";
    private static final String STATUS = "ms-azureml-model-error-statuscode";
    private static final String FAILED = "x-ms-run-function-failed";
    private static final String MILLISECONDS = "x-ms-run-fn-exec-ms";
    private static final String OF_GATEWAY = Azure.class.getName();
    private static final int FAILED_DEPENDENCY = 424;

    /** Statuses that the gateway answers itself, besides 404 for a deployment. */
    private static final Set<Integer> OWN = Set.of(200, 401, 408, 429);

    private final Optional<String> deployment;
    private final boolean gateway;

    /** Created by the container. */
    public Azure(AzureConfig config) {
        this.deployment = config.deployment();
        this.gateway = config.gateway();
    }

    /**
     * Refuses a request for another deployment, if this one has a name.
     *
     * @throws Fault of kind NOT_FOUND
     */
    void check(RoutingContext context) {
        String asked = context.request().getHeader(DEPLOYMENT);
        if (asked != null && deployment.isPresent() && !deployment.get().equals(asked)) {
            context.put(OF_GATEWAY, true);
            throw new Fault(
                    Fault.Kind.NOT_FOUND,
                    "There is no deployment of the name in the header %s; this one is \"%s\"."
                            .formatted(DEPLOYMENT, deployment.get()));
        }
    }

    /** Adds the deployment's name to any answer. */
    void sign(HttpServerResponse response) {
        deployment.ifPresent(name -> response.putHeader(DEPLOYMENT, name));
    }

    /** Adds to an answer of the model's endpoints whether the run failed, and how long it took. */
    void describe(RoutingContext context, double milliseconds) {
        HttpServerResponse response = context.response();
        int status = response.getStatusCode();
        if (status == 200) {
            response.putHeader(FAILED, "False");
            response.putHeader(MILLISECONDS, String.format(Locale.ROOT, "%.3f", milliseconds));
        } else if (status == 500 || status == 408) {
            response.putHeader(FAILED, "True");
        }
        boolean own = OWN.contains(status) || context.get(OF_GATEWAY) != null;
        if (gateway && !own) {
            response.setStatusCode(FAILED_DEPENDENCY);
            response.putHeader(STATUS, Integer.toString(status));
            response.putHeader(REASON, status == 503 ? "model_not_ready" : "model_error");
        }
    }
}
