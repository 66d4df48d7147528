package dev.unmask.http;

import dev.unmask.auth.AdminKey;
import dev.unmask.auth.AdminSettings;
import dev.unmask.fault.Fault;
import dev.unmask.serving.Reload;
import io.quarkus.vertx.http.ManagementInterface;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.eclipse.microprofile.config.Config;

/** {@code POST /admin/reload} on the management port, where there is a key for it. */
@Singleton
public class ReloadRoute {
    private static final String PATH = "/admin/reload";
    private static final int UNPROCESSABLE = 422;

    private final Optional<AdminKey> key;
    private final Reload reload;

    /**
     * Made by the container.
     *
     * @throws Fault of kind CONFIGURATION when the key can't be one
     */
    public ReloadRoute(AdminSettings settings, Config config, Reload reload) {
        this.reload = reload;
        this.key = AdminKey.of(settings, config);
    }

    void open(@Observes ManagementInterface management) {
        if (key.isPresent()) {
            management.router().post(PATH).handler(this::answer);
        }
    }

    private void answer(RoutingContext context) {
        if (!key.orElseThrow().opensFor(context.request().headers().getAll(HttpHeaders.AUTHORIZATION))) {
            answer(
                    context,
                    FaultAnswer.of(
                            new Fault(
                                    Fault.Kind.UNAUTHORIZED,
                                    "The key is missing or unknown; send the header \"Authorization: Bearer KEY\" with UNMASK_ADMIN_KEY.")));
            return;
        }
        reload.now().whenComplete((model, failure) -> context.vertx().runOnContext(now -> {
            if (failure == null) {
                answer(
                        context,
                        200,
                        new JsonObject().put("model", model.label()).encode());
            } else {
                answer(context, refusal(failure));
            }
        }));
    }

    /** What only an operator sees is told here: whoever has this key is one. */
    private static FaultAnswer refusal(Throwable failure) {
        Throwable found =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return found instanceof Fault fault && fault.kind() != Fault.Kind.NOT_READY
                ? FaultAnswer.of(UNPROCESSABLE, "model_refused", fault.getMessage())
                : FaultAnswer.of(found);
    }

    private static void answer(RoutingContext context, FaultAnswer answer) {
        answer.headers().forEach((name, value) -> context.response().putHeader(name, value));
        answer(context, answer.status(), answer.body());
    }

    private static void answer(RoutingContext context, int status, String body) {
        context.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body);
    }
}
