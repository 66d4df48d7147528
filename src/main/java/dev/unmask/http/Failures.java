package dev.unmask.http;

import dev.unmask.fault.Fault;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Failures in resources become what {@link FaultAnswer} says. */
final class Failures {

    @ServerExceptionMapper
    Response fault(Fault fault) {
        return response(FaultAnswer.of(fault));
    }

    @ServerExceptionMapper
    Response anything(Throwable failure) {
        return response(FaultAnswer.of(failure));
    }

    /** The framework's own refusals: no such path, no such method. */
    @ServerExceptionMapper
    Response framework(WebApplicationException refusal) {
        return response(Statuses.answer(refusal.getResponse().getStatus()));
    }

    private static Response response(FaultAnswer answer) {
        Response.ResponseBuilder response = Response.status(answer.status())
                .type(MediaType.APPLICATION_JSON_TYPE)
                .entity(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }
}
