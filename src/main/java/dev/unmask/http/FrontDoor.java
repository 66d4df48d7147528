package dev.unmask.http;

import dev.unmask.auth.Keys;
import dev.unmask.auth.OidcTokens;
import dev.unmask.fault.Fault;
import dev.unmask.serving.LimitsConfig;
import io.quarkus.vertx.http.ManagementInterface;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Processes every request before it reaches a resource, on the event loop and in this order: ids, key, media types, body. A
 * request is refused before its body is read, and a slow body blocks no thread. Bodies are only read by endpoints that ask
 * the model.
 */
@ApplicationScoped
public class FrontDoor {
    private static final Pattern MATRIX_PARAMETERS = Pattern.compile(";[^/]*");

    /** How long a client that is refused early may read the answer before its connection is closed. */
    private static final long LINGER_MILLISECONDS = 2_000;

    /** The header with the model of an answer. */
    private static final String MODEL = "x-unmask-model";

    private final Keys keys;
    private final OidcTokens tokens;
    private final Azure azure;
    private final KeyLimits keyLimits;
    private final Requests requests;
    private final BodyReader bodies;

    /** Created by the container. */
    public FrontDoor(
            Keys keys,
            OidcTokens tokens,
            LimitsConfig limits,
            Budgets budgets,
            Azure azure,
            KeyLimits keyLimits,
            Requests requests) {
        this.keys = keys;
        this.tokens = tokens;
        this.azure = azure;
        this.keyLimits = keyLimits;
        this.requests = requests;
        if (limits.body().asLongValue() > budgets.bodies().mostOfOne()) {
            throw Fault.configuration(
                    "UNMASK_LIMITS_BODY is %d bytes, but with this heap bodies may use %d; lower it, or give the process more memory (-Xmx, or the container's)."
                            .formatted(
                                    limits.body().asLongValue(),
                                    budgets.bodies().mostOfOne()));
        }
        this.bodies =
                new BodyReader(limits.body().asLongValue(), limits.bodyTimeout().toMillis(), budgets.bodies());
    }

    void open(@Observes Filters filters) {
        filters.register(guarded(this::identify), 190);
        filters.register(this::authenticate, 180);
        filters.register(FrontDoor::checkMethod, 175);
        filters.register(guarded(this::negotiate), 170);
        filters.register(this::readBody, 150);
    }

    void answerFailures(@Observes Router router) {
        router.route().order(-1000).failureHandler(FrontDoor::answerFailure);
        router.errorHandler(404, FrontDoor::answerFailure);
    }

    void answerFailures(@Observes ManagementInterface management) {
        management.router().route().order(-1000).failureHandler(FrontDoor::answerFailure);
    }

    private void identify(RoutingContext context) {
        Handled handled = Handled.begin(context, Endpoint.at(path(context)));
        Map<String, String> ids = RequestIds.of(context.request().headers());
        context.addHeadersEndHandler(done -> {
            HttpServerResponse response = context.response();
            ids.forEach(response.headers()::set);
            azure.sign(response);
            if (prediction(context)) {
                requests.model(handled).ifPresent(model -> response.putHeader(MODEL, model));
                azure.describe(context, handled.milliseconds());
            }
        });
        context.addEndHandler(end -> requests.over(context, prediction(context), end.succeeded()));
        RequestIds.check(context.request().headers());
    }

    private void authenticate(RoutingContext context) {
        if (open(context)) {
            context.next();
            return;
        }
        List<String> sent = context.request().headers().getAll(HttpHeaders.AUTHORIZATION);
        Optional<String> key = keys.authenticate(sent);
        if (key.isPresent() || !tokens.mayBe(sent)) {
            letIn(context, key);
            return;
        }
        context.vertx()
                .executeBlocking(() -> tokens.authenticate(sent), false)
                .onSuccess(caller -> letIn(context, caller))
                .onFailure(context::fail);
    }

    private void letIn(RoutingContext context, Optional<String> caller) {
        try {
            String name = caller.orElseThrow(() -> new Fault(
                    Fault.Kind.UNAUTHORIZED,
                    "The bearer key is missing or unknown; send the header \"Authorization: Bearer KEY\"."));
            Handled.of(context).key(name);
            if (prediction(context)) {
                keyLimits.request(name);
            }
        } catch (Fault refused) {
            context.fail(refused);
            return;
        }
        context.next();
    }

    /** Checked here, so that the header Allow is always right. */
    private static void checkMethod(RoutingContext context) {
        Optional<Endpoint> endpoint = endpoint(context);
        HttpMethod method = context.request().method();
        boolean options = method.equals(HttpMethod.OPTIONS);
        if (endpoint.isEmpty() && options && !path(context).startsWith("/q/")) {
            answer(context, Statuses.answer(404));
            return;
        }
        if (endpoint.isEmpty() || endpoint.get().takes(method)) {
            context.next();
            return;
        }
        context.response().putHeader(HttpHeaders.ALLOW, endpoint.get().allow());
        if (options) {
            context.response().end();
        } else {
            answer(context, Statuses.answer(405));
        }
    }

    private void negotiate(RoutingContext context) {
        if (prediction(context)) {
            azure.check(context);
            Negotiation.check(context.request().headers());
        }
    }

    private void readBody(RoutingContext context) {
        if (!prediction(context)) {
            // A body is meaningless here: the request is answered without it, and the connection is closed.
            if (unread(context)) {
                closeAfterAnswer(context);
            }
            context.next();
            return;
        }
        try {
            bodies.read(context);
        } catch (Fault refused) {
            context.fail(refused);
        }
    }

    private static boolean unread(RoutingContext context) {
        return !context.request().isEnded()
                && BodyReader.announced(context.request().headers());
    }

    /** Further bytes on the connection must not be taken for a request; the client has a moment to read the answer. */
    private static void closeAfterAnswer(RoutingContext context) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        context.addEndHandler(ended -> {
            // A client that is still sending only reads its answer if its bytes are consumed.
            context.request().resume();
            context.vertx().setTimer(LINGER_MILLISECONDS, read -> context.request()
                    .connection()
                    .close());
        });
    }

    /** The path without matrix parameters and trailing slash, which is what resources match. */
    private static String path(RoutingContext context) {
        String path = MATRIX_PARAMETERS.matcher(context.normalizedPath()).replaceAll("");
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static Optional<Endpoint> endpoint(RoutingContext context) {
        return Handled.of(context).endpoint();
    }

    private static boolean prediction(RoutingContext context) {
        return endpoint(context)
                .filter(endpoint -> endpoint.asksModel(context.request().method()))
                .isPresent();
    }

    private static boolean open(RoutingContext context) {
        HttpMethod method = context.request().method();
        return endpoint(context).filter(endpoint -> endpoint.isOpen(method)).isPresent()
                || Endpoint.reads(method) && (path(context) + "/").startsWith(Endpoint.Paths.PAGE);
    }

    private static void answerFailure(RoutingContext context) {
        Throwable failure = context.failure();
        boolean ours = failure instanceof Fault || context.statusCode() >= 500 && failure != null;
        HttpServerResponse response = context.response();
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        answer(
                context,
                ours
                        ? FaultAnswer.of(failure)
                        : Statuses.answer(context.statusCode() < 400 ? 500 : context.statusCode()));
    }

    private static void answer(RoutingContext context, FaultAnswer answer) {
        if (unread(context)) {
            closeAfterAnswer(context);
        }
        Optional.ofNullable(Handled.of(context)).ifPresent(handled -> handled.refused(answer.reason()));
        answer.send(context.response());
    }

    private static Handler<RoutingContext> guarded(Handler<RoutingContext> step) {
        return context -> {
            try {
                step.handle(context);
            } catch (Fault fault) {
                context.fail(fault);
                return;
            }
            context.next();
        };
    }
}
