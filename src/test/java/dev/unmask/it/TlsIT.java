package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.SelfSigned;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** TLS with certificates of the test, and clients that show one or none. */
class TlsIT {
    private Path folder;
    private KeyStore server;
    private KeyStore client;

    @BeforeEach
    void makeCertificates() throws Exception {
        folder = Program.folder();
        server = selfSigned("server");
        client = selfSigned("client");
    }

    private KeyStore selfSigned(String name) throws Exception {
        KeyStore keys = SelfSigned.in(folder, name);
        Files.writeString(
                folder.resolve(name + ".pem"),
                SelfSigned.pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
        Files.writeString(
                folder.resolve(name + ".key"),
                SelfSigned.pem(
                        "PRIVATE KEY", keys.getKey(name, SelfSigned.PASSWORD).getEncoded()));
        return keys;
    }

    private Map<String, String> tls() {
        return new HashMap<>(Map.of(
                "QUARKUS_HTTP_SSL_PORT",
                "0",
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES",
                folder.resolve("server.pem").toString(),
                "QUARKUS_HTTP_SSL_CERTIFICATE_KEY_FILES",
                folder.resolve("server.key").toString(),
                "QUARKUS_HTTP_INSECURE_REQUESTS",
                "disabled"));
    }

    private HttpClient client(KeyStore shown) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", server.getCertificate("server"));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown, SelfSigned.PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private HttpResponse<String> ask(Service service, HttpClient by) throws IOException, InterruptedException {
        return by.send(
                HttpRequest.newBuilder(URI.create("https://localhost:%d/predict".formatted(service.port())))
                        .header("Authorization", "Bearer " + Service.KEY)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{\"inputs\":\"there is no [MASK] .\"}"))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void questionsAreAnsweredOverTlsAndOnlyOverTls() throws Exception {
        try (Service service = Service.ready(folder, tls())) {
            assertThat(ask(service, client(null)).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> service.get("/")).isInstanceOf(Exception.class);
            assertThat(service.log()).contains("Listening on: https://").doesNotContain("Listening on: http://");
            assertThat(service.probe("ready")).isEqualTo(200);
            service.terminate();
            assertThat(service.exitCode()).isEqualTo(143);
        }
    }

    /** Nothing is loaded for a start that is refused. */
    @Test
    void certificatesThatCannotBeUsedAreRefusedBeforeTheModelIsLoaded() throws Exception {
        Map<String, String> unverifiable = tls();
        unverifiable.put("UNMASK_TLS_CLIENT_AUTH", "required");
        Map<String, String> missing = tls();
        missing.put(
                "QUARKUS_HTTP_SSL_CERTIFICATE_FILES",
                folder.resolve("nowhere.pem").toString());
        for (Map<String, String> settings : List.of(unverifiable, missing)) {
            try (Service service = Service.launch(folder, settings)) {
                assertThat(service.exitCode()).as(service.log()).isEqualTo(1);
                assertThat(service.log())
                        .containsAnyOf("UNMASK_TLS_CLIENT_AUTH", "nowhere.pem")
                        .doesNotContain("Serving the model", "Importing");
            }
        }
        assertThat(Folders.names(folder.resolve("store"))).isEmpty();
    }

    @Test
    void whereCertificatesAreRequiredClientsWithoutAKnownOneAreRefused() throws Exception {
        Map<String, String> mutual = tls();
        mutual.put("UNMASK_TLS_CLIENT_AUTH", "required");
        mutual.put(
                "QUARKUS_HTTP_SSL_CERTIFICATE_TRUST_STORE_FILE",
                folder.resolve("client.pem").toString());
        try (Service service = Service.ready(folder, mutual)) {
            assertThat(ask(service, client(client)).statusCode()).isEqualTo(200);
            assertThatThrownBy(() -> ask(service, client(null))).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> ask(service, client(selfSigned("stranger"))))
                    .isInstanceOf(IOException.class);
            assertThat(ask(service, client(client)).statusCode()).isEqualTo(200);
            assertThat(service.running()).isTrue();
        }
    }
}
