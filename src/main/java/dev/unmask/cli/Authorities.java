package dev.unmask.cli;

import dev.unmask.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Additional certificate authorities, such as a hospital's, beside those that Java trusts. */
final class Authorities {
    private Authorities() {}

    /** Trusts those of {@code UNMASK_CA_FILE}, where it is set, for all connections that this process opens. */
    static void trustConfigured() {
        String file = System.getProperty("unmask.ca-file", System.getenv("UNMASK_CA_FILE"));
        if (file != null && !file.isBlank()) {
            trust(Path.of(file));
        }
    }

    /**
     * Trusts the certificates of a file for all connections that this process opens from now on.
     *
     * @param file one or more certificates, in PEM
     * @throws Fault of kind CONFIGURATION when the file has none
     */
    static void trust(Path file) {
        try {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            for (Certificate certificate : certificates(file)) {
                trusted.setCertificateEntry("own-" + trusted.size(), certificate);
            }
            for (TrustManager manager : managers(null)) {
                for (Certificate certificate : ((X509TrustManager) manager).getAcceptedIssuers()) {
                    trusted.setCertificateEntry("java-" + trusted.size(), certificate);
                }
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers(trusted), null);
            SSLContext.setDefault(context);
        } catch (IOException unreadable) {
            throw refused("can't be read", unreadable);
        } catch (CertificateException malformed) {
            throw refused("holds something that is not a certificate", malformed);
        } catch (GeneralSecurityException unsupported) {
            throw new IllegalStateException("every Java has TLS and a key store", unsupported);
        }
    }

    private static Collection<? extends Certificate> certificates(Path file) throws IOException, CertificateException {
        try (InputStream pem = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(pem);
            if (certificates.isEmpty()) {
                throw refused("holds no certificate", null);
            }
            return certificates;
        }
    }

    /** @param trusted null for those that Java trusts */
    private static TrustManager[] managers(KeyStore trusted) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(trusted);
        return factory.getTrustManagers();
    }

    private static Fault refused(String found, Exception cause) {
        return Fault.configuration(
                "The file of UNMASK_CA_FILE %s; it must hold one or more certificates in PEM.".formatted(found), cause);
    }
}
