package dev.unmask.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.unmask.SelfSigned;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose certificate no public authority has signed. */
class AuthoritiesTest {
    @TempDir
    private Path folder;

    private SSLContext before;
    private HttpsServer server;

    @BeforeEach
    void startServer() throws Exception {
        before = SSLContext.getDefault();
        KeyStore keys = selfSigned();
        Files.writeString(folder.resolve("ca.pem"), pem(keys));
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, SelfSigned.PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stopServer() {
        server.stop(0);
        SSLContext.setDefault(before);
    }

    private KeyStore selfSigned() throws Exception {
        return SelfSigned.in(folder, "server");
    }

    private static String pem(KeyStore keys) throws Exception {
        return SelfSigned.pem("CERTIFICATE", keys.getCertificate("server").getEncoded());
    }

    private int ask() throws IOException, InterruptedException {
        URI address =
                URI.create("https://localhost:%d/".formatted(server.getAddress().getPort()));
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                .statusCode();
    }

    @Test
    void aFilesCertificatesAreTrusted() throws Exception {
        assertThatThrownBy(this::ask).isInstanceOf(SSLHandshakeException.class);

        Authorities.trust(folder.resolve("ca.pem"));

        assertThat(ask()).isEqualTo(204);
    }

    @Test
    void severalCertificatesMayStandInOneFile() throws Exception {
        Path both = folder.resolve("both.pem");
        Files.writeString(both, pem(selfSigned()) + Files.readString(folder.resolve("ca.pem")));

        Authorities.trust(both);

        assertThat(ask()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no certificate\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void aFileWithoutCertificatesIsRefused(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.pem"), content);

        assertThatThrownBy(() -> Authorities.trust(file))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.CONFIGURATION))
                .hasMessageContaining("UNMASK_CA_FILE");
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatThrownBy(() -> Authorities.trust(folder.resolve("none.pem")))
                .isInstanceOf(Fault.class)
                .hasMessageContaining("can't be read");
    }
}
