package dev.unmask.http;

import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Executor;

/**
 * An answer that is made while it is sent.
 *
 * @param pieces the answer's JSON
 * @param lane where its pieces are made
 * @param context the request's, whose connection is closed when the answer can't be completed
 */
record StreamedAnswer(JsonPieces pieces, Executor lane, RoutingContext context) {}
