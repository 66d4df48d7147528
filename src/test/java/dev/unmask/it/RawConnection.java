package dev.unmask.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection for what no HTTP client sends: bytes as they are, HTTP or not. A character stands for a byte. */
final class RawConnection implements AutoCloseable {
    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /** @param patience how long the other side may be silent */
    RawConnection(String host, int port, Duration patience) throws IOException {
        socket = new Socket(host, port);
        socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    }

    void write(String text) throws IOException {
        try {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
        } catch (SocketException closed) {
            assertClosedByTheOtherSide(closed);
        }
    }

    /** Reads until the other side closes the connection; false when it falls silent instead. */
    boolean readToTheEnd() throws IOException {
        byte[] chunk = new byte[8192];
        try {
            for (int read = socket.getInputStream().read(chunk);
                    read >= 0;
                    read = socket.getInputStream().read(chunk)) {
                received.write(chunk, 0, read);
            }
        } catch (SocketTimeoutException silent) {
            return false;
        } catch (SocketException closed) {
            assertClosedByTheOtherSide(closed);
        }
        return true;
    }

    /** What was read so far. */
    String received() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /** It may close before it has read all; what it said before counts. */
    private static void assertClosedByTheOtherSide(SocketException closed) {
        assertThat(closed).hasMessageMatching("(?i).*(reset|broken pipe).*");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
