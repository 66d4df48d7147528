package dev.unmask.http;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Executor;

/**
 * An answer that is generated while it is sent.
 *
 * @param pieces the answer's JSON
 * @param lane where its pieces are generated
 * @param context the request's context, whose connection is closed if the answer can't be completed
 */
record StreamedAnswer(JsonPieces pieces, Executor lane, RoutingContext context) {}
