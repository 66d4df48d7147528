package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Java's own client with its defaults: it offers HTTP/2, names no media types, and keeps its connections. */
@ExtendWith(ToyService.class)
class ClientsIT {
    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\"}";

    private final Service service;
    private final HttpClient client = HttpClient.newHttpClient();

    ClientsIT(Service service) {
        this.service = service;
    }

    private HttpRequest.Builder question() {
        return HttpRequest.newBuilder(service.uri("/predict"))
                .timeout(Duration.ofSeconds(30))
                .header("Authorization", "Bearer " + Service.KEY)
                .POST(BodyPublishers.ofString(QUESTION));
    }

    private void assertAnswers(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(Json.read(response.body())).hasSize(5);
    }

    @Test
    void aClientThatOffersHttp2IsAnsweredInHttp1() throws Exception {
        assertAnswers(question().header("Content-Type", "application/json"));
    }

    @Test
    void aBodyWithoutAContentTypeIsTakenForJson() throws Exception {
        assertAnswers(question());
    }

    @Test
    void aClientThatExpectsToContinueIsAnswered() throws Exception {
        assertAnswers(question().expectContinue(true).version(HttpClient.Version.HTTP_1_1));
    }

    @Test
    void aConnectionServesOneRequestAfterTheOther() throws Exception {
        String head = "POST /predict HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n"
                .formatted(Service.KEY, QUESTION.length());

        String answers = service.exchange(
                head + "\r\n" + QUESTION + head + "\r\n" + QUESTION + head + "Connection: close\r\n\r\n" + QUESTION);

        assertThat(answers.split("HTTP/1\\.1 200 OK\r\n")).hasSize(4);
    }
}
