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
import org.eclipse.microprofile.config.Config;

/** {@code POST /admin/reload} on the management port, if there is a key for it. */
@Singleton
public class ReloadRoute {
    private static final String PATH = "/admin/reload";
    private static final int UNPROCESSABLE = 422;

    private final Optional<AdminKey> key;
    private final Reload reload;

    /**
     * Created by the container.
     *
     * @throws Fault of kind CONFIGURATION when the key is unusable
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
            FaultAnswer.of(
                            new Fault(
                                    Fault.Kind.UNAUTHORIZED,
                                    "The key is missing or unknown; send the header \"Authorization: Bearer KEY\" with UNMASK_ADMIN_KEY."))
                    .send(context.response());
            return;
        }
        reload.now().whenComplete((model, failure) -> context.vertx().runOnContext(now -> {
            if (failure == null) {
                context.json(new JsonObject().put("model", model.label()));
            } else {
                refusal(FaultAnswer.thrown(failure)).send(context.response());
            }
        }));
    }

    /** Shows messages that are only for operators: whoever has this key is one. */
    private static FaultAnswer refusal(Throwable failure) {
        return failure instanceof Fault fault && fault.kind() != Fault.Kind.NOT_READY
                ? FaultAnswer.of(UNPROCESSABLE, fault.getMessage())
                : FaultAnswer.of(failure);
    }
}
