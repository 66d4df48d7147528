package dev.unmask;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of the loopback address at which nobody answers, until this is closed: it is bound, so that no other process is
 * given it, but nobody listens.
 */
public final class ClosedPort implements AutoCloseable {
    private final Socket held = new Socket();

    /** Any port. */
    public ClosedPort() throws IOException {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    /** @param left the address of a server that was stopped just now */
    public ClosedPort(InetSocketAddress left) throws IOException {
        // The server's last connections may still be known to the system.
        held.setReuseAddress(true);
        held.bind(left);
    }

    /** The port. */
    public int number() {
        return held.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
