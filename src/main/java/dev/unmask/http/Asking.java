package dev.unmask.http;

import dev.unmask.batching.Account;
import dev.unmask.serving.LimitsConfig;
import dev.unmask.serving.ServedModel;
import dev.unmask.serving.Serving;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** What all requests to the model have in common: reading them, and the memory that they and their answers may use. */
@ApplicationScoped
public class Asking {
    private final Serving serving;
    private final Budgets budgets;
    private final KeyLimits keyLimits;
    private final JsonBody json;
    private final HastyClients hasty = new HastyClients();

    /** Created by the container. */
    public Asking(Serving serving, LimitsConfig limits, Budgets budgets, KeyLimits keyLimits) {
        this.keyLimits = keyLimits;
        this.serving = serving;
        this.budgets = budgets;
        this.json = new JsonBody(limits.jsonDepth(), limits.inputs(), limits.targets());
    }

    /**
     * An answer's JSON, and its warnings.
     *
     * @param pieces the JSON
     * @param warnings values of the header {@link WireAnswer#WARNING}
     */
    record Reply(JsonPieces pieces, List<String> warnings) {}

    /** Parses a body into a query. */
    @FunctionalInterface
    interface Reading<Q> {
        /** @throws dev.unmask.fault.Fault of kind BAD_REQUEST that describes the problem */
        Q read(JsonBody json, InputStream body);
    }

    /** Asks the model. */
    @FunctionalInterface
    interface Question<Q, A> {
        /**
         * @param query the query
         * @param arrived when the request arrived, on the clock of {@link System#nanoTime}
         * @param account receives what the request costs, and refuses memory that isn't available
         * @return the answer; cancelled if the client disconnects
         */
        CompletableFuture<A> ask(Q query, long arrived, Account account);
    }

    /** The model, for this request. */
    ServedModel model(RoutingContext context) {
        return model(context, serving::model);
    }

    /**
     * The model, for this request, until the request ends.
     *
     * @param chosen returns the model in service, or throws
     */
    ServedModel model(RoutingContext context, Supplier<ServedModel> chosen) {
        ServedModel model = Serving.use(chosen);
        context.addEndHandler(over -> model.release());
        Handled.of(context).model(model.label());
        return model;
    }

    /**
     * Answers a request.
     *
     * @param context the request's context, with its body read
     * @param model the model to ask
     * @param reading parses the body
     * @param question asks the model
     * @param writer turns the answer into JSON
     */
    <Q, A> CompletionStage<Response> answer(
            RoutingContext context,
            ServedModel model,
            Reading<Q> reading,
            Question<Q, A> question,
            BiFunction<Q, A, Reply> writer) {
        Body body = Body.take(context);
        Handled handled = Handled.of(context);
        handled.body(body.size(), body.arrived());
        Room room = new Room(budgets.answers().share(), handled, keyLimits);
        context.addEndHandler(ended -> room.end());
        return CompletableFuture.completedFuture(body)
                .thenApplyAsync(sent -> reading.read(json, sent.stream()), model.lane(body.size()))
                .thenCompose(query -> room.asked(question.ask(query, body.arrived(), room))
                        .whenComplete((answer, failure) -> handled.answered())
                        .thenApply(answer -> writer.apply(query, answer)))
                .whenComplete((reply, failure) -> body.release())
                .thenApply(
                        reply -> response(reply, new StreamedAnswer(reply.pieces(), model.lane(room.bytes), context)))
                .exceptionallyCompose(failure -> hasty.held(failure, context));
    }

    private static Response response(Reply reply, StreamedAnswer answer) {
        Response.ResponseBuilder response = Response.ok(answer, MediaType.APPLICATION_JSON_TYPE);
        reply.warnings().forEach(warning -> response.header(WireAnswer.WARNING, warning));
        return response.build();
    }

    /** The memory that one request uses while it is answered. */
    private static final class Room implements Account {
        private final Budget.Share share;
        private final Handled handled;
        private final KeyLimits keyLimits;
        private volatile long bytes;
        private volatile boolean ended;
        private volatile CompletableFuture<?> asked;

        Room(Budget.Share share, Handled handled, KeyLimits keyLimits) {
            this.share = share;
            this.keyLimits = keyLimits;
            this.handled = handled;
        }

        <A> CompletableFuture<A> asked(CompletableFuture<A> answer) {
            asked = answer;
            if (ended) {
                answer.cancel(false);
            }
            return answer;
        }

        /** The answer was sent, or the client disconnected. */
        void end() {
            ended = true;
            share.giveBack();
            CompletableFuture<?> unanswered = asked;
            if (unanswered != null) {
                unanswered.cancel(false);
            }
        }

        @Override
        public void memory(long expected) {
            bytes = expected;
            // Small answers are always admitted: there can't be more of them than connections.
            if (expected <= Budget.SMALL) {
                share.take(expected);
            } else {
                share.takeIfThereIsRoom(expected);
            }
        }

        @Override
        public void texts(int texts, long tokens) {
            handled.texts(texts, tokens);
            keyLimits.tokens(handled.key(), tokens);
        }
    }
}
