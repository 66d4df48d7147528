package dev.unmask.http;

import dev.unmask.serving.Descriptors;
import dev.unmask.serving.LimitsConfig;
import io.netty.bootstrap.ChannelInitializerExtension;
import io.netty.channel.Channel;
import io.netty.channel.ServerChannel;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.AttributeKey;
import io.smallrye.config.SmallRyeConfig;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.microprofile.config.ConfigProvider;

/**
 * Limits on every accepted connection, on both ports: how many there may be, how long a request's head may take, that its
 * end is unambiguous, and how long a client may leave an answer unread. The framework has no settings for these; Netty
 * calls this class for each connection once {@link #enable} was called.
 */
public final class ConnectionGuard extends ChannelInitializerExtension {
    private LimitsConfig limits;
    private int most;

    /** Outside the class itself, which is loaded before the framework has configured Netty. */
    private static final class Netty {
        private static final AttributeKey<AtomicInteger> OPEN = AttributeKey.valueOf(ConnectionGuard.class, "open");
        private static final Connections CONNECTIONS = new Connections();
    }

    /** Makes Netty look for this class; to be called before the server starts. */
    public static void enable() {
        System.setProperty(EXTENSIONS_SYSTEM_PROPERTY, "serviceload");
    }

    /** All connections of this process, on both ports; static because Netty instantiates this class itself. */
    static Connections connections() {
        return Netty.CONNECTIONS;
    }

    @Override
    public synchronized void postInitializeServerListenerChannel(ServerChannel listener) {
        listener.attr(Netty.OPEN).set(new AtomicInteger());
        Netty.CONNECTIONS.listening(listener);
        if (limits == null) {
            limits = ConfigProvider.getConfig().unwrap(SmallRyeConfig.class).getConfigMapping(LimitsConfig.class);
            most = Descriptors.connections(limits.connections());
        }
    }

    @Override
    public void postInitializeServerChildChannel(Channel connection) {
        try {
            guard(connection);
        } catch (Throwable failed) {
            // Nobody else would close it: Netty doesn't know it yet.
            connection.unsafe().closeForcibly();
            throw failed;
        }
    }

    private void guard(Channel connection) {
        AtomicInteger open = connection.parent().attr(Netty.OPEN).get();
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            // At once, by the accepting thread: otherwise descriptors would run out before they are given back.
            connection.unsafe().closeForcibly();
            return;
        }
        connection.closeFuture().addListener(closed -> open.decrementAndGet());
        connection
                .pipeline()
                .addFirst(new HeadDeadline(limits.headerTimeout().toMillis(), Netty.CONNECTIONS))
                .addFirst(new WriteTimeoutHandler(limits.writeTimeout().toMillis(), TimeUnit.MILLISECONDS));
        Netty.CONNECTIONS.accepted(connection);
    }
}
