package dev.unmask;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;

/** Certificates of localhost that no authority has signed, with their keys, made by the JDK's keytool. */
public final class SelfSigned {
    /** Of all stores and keys. */
    public static final char[] PASSWORD = "changeit".toCharArray();

    private SelfSigned() {}

    /**
     * Makes one.
     *
     * @param folder where {@code NAME.p12} is written, over an older one
     * @param name the entry's alias
     */
    public static KeyStore in(Path folder, String name) throws Exception {
        Path file = folder.resolve(name + ".p12");
        Files.deleteIfExists(file);
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keystore",
                        file.toString(),
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-alias",
                        name,
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost")
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            keys.load(bytes, PASSWORD);
        }
        return keys;
    }

    /** Something in PEM, such as a {@code CERTIFICATE} or a {@code PRIVATE KEY}. */
    public static String pem(String kind, byte[] content) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(kind, Base64.getMimeEncoder().encodeToString(content), kind);
    }
}
