package dev.unmask.http;

import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.OutputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerHttpResponse;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyWriter;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;

/**
 * Sends an answer piece by piece, each after the previous one reached the network: a slow client costs one piece of memory
 * and no thread. An answer that fits into one piece is sent with its length.
 */
@Provider
public class StreamedAnswerWriter implements ServerMessageBodyWriter<StreamedAnswer> {
    private static final Logger LOG = Logger.getLogger(StreamedAnswerWriter.class);

    @Override
    public boolean isWriteable(
            Class<?> type, Type genericType, ResteasyReactiveResourceInfo target, MediaType mediaType) {
        return type == StreamedAnswer.class;
    }

    @Override
    public boolean isWriteable(Class<?> type, Type genericType, Annotation[] annotations, MediaType mediaType) {
        return type == StreamedAnswer.class;
    }

    @Override
    public void writeResponse(StreamedAnswer answer, Type genericType, ServerRequestContext context) {
        ResteasyReactiveRequestContext request = (ResteasyReactiveRequestContext) context;
        request.suspend();
        onLane(answer, request, () -> sendFirst(answer, request));
    }

    /** An answer without a request can't be streamed. */
    @Override
    public void writeTo(
            StreamedAnswer answer,
            Class<?> type,
            Type genericType,
            Annotation[] annotations,
            MediaType mediaType,
            MultivaluedMap<String, Object> headers,
            OutputStream stream) {
        throw new UnsupportedOperationException("answers are sent by writeResponse");
    }

    /** Before the first byte, a failure is answered like any other. */
    private static void onLane(StreamedAnswer answer, ResteasyReactiveRequestContext request, Runnable work) {
        try {
            answer.lane().execute(() -> {
                try {
                    work.run();
                } catch (Throwable failure) {
                    abandon(answer, request, failure);
                }
            });
        } catch (RuntimeException refused) {
            abandon(answer, request, refused);
        }
    }

    private static void sendFirst(StreamedAnswer answer, ResteasyReactiveRequestContext request) {
        ServerHttpResponse response = request.serverResponse();
        if (response.closed()) {
            request.resume();
            return;
        }
        byte[] piece = answer.pieces().next();
        if (answer.pieces().complete()) {
            end(request, piece);
            return;
        }
        response.setChunked(true);
        send(answer, request, piece);
    }

    private static void send(StreamedAnswer answer, ResteasyReactiveRequestContext request, byte[] piece) {
        request.serverResponse().write(piece).whenComplete((sent, gone) -> {
            if (gone != null) {
                // The client disconnected, or read nothing for too long.
                request.resume();
            } else {
                onLane(answer, request, () -> sendNext(answer, request));
            }
        });
    }

    private static void sendNext(StreamedAnswer answer, ResteasyReactiveRequestContext request) {
        byte[] piece = answer.pieces().next();
        if (answer.pieces().complete()) {
            end(request, piece);
        } else {
            send(answer, request, piece);
        }
    }

    private static void end(ResteasyReactiveRequestContext request, byte[] piece) {
        request.serverResponse().end(piece);
        request.resume();
    }

    private static void abandon(StreamedAnswer answer, ResteasyReactiveRequestContext request, Throwable failure) {
        if (request.serverResponse().headWritten()) {
            LOG.errorf(
                    "An answer could not be completed: %s",
                    FaultAnswer.of(failure).error());
            answer.context().request().connection().close();
            request.resume();
        } else {
            request.resume(failure);
        }
    }
}
