package dev.unmask.http;

import dev.unmask.fault.Fault;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Maps failures in resources to {@link FaultAnswer}. */
final class Failures {

    @ServerExceptionMapper
    Response fault(Fault fault, RoutingContext context) {
        return response(context, FaultAnswer.of(fault));
    }

    @ServerExceptionMapper
    Response anything(Throwable failure, RoutingContext context) {
        return response(context, FaultAnswer.of(failure));
    }

    /** The framework's own refusals, such as unknown paths and methods. */
    @ServerExceptionMapper
    Response framework(WebApplicationException refusal, RoutingContext context) {
        return response(context, Statuses.answer(refusal.getResponse().getStatus()));
    }

    private static Response response(RoutingContext context, FaultAnswer answer) {
        Handled.of(context).refused(answer.reason());
        Response.ResponseBuilder response = Response.status(answer.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }
}
