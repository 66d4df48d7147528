package dev.unmask.http;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.AbstractNioChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;

/** The listening sockets and their accepted connections, and how they are closed. */
final class Connections {
    /** The event that connections receive when {@link #draining} becomes true for them. */
    static final Object DRAIN = new Object();

    /** Enough time for the event loop to complete a cycle and forget a socket. */
    private static final long ROUND_MILLISECONDS = 20;

    /** Netty accepts 16 connections per cycle; by default the system queues 4,096 at most. */
    private static final int LOOKS = 256;

    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile IntPredicate drained = port -> false;

    /** A socket is about to listen. */
    void listening(Channel listener) {
        listeners.add(listener);
    }

    /** A connection was accepted, but isn't registered with an event loop yet. */
    void accepted(Channel connection) {
        open.add(connection);
    }

    /** Whether a connection should answer its current request and then close soon. */
    boolean draining(Channel connection) {
        return drained.test(port(connection));
    }

    /**
     * Accepts no more connections and closes the existing ones: requests in progress are answered, idle connections are
     * closed.
     *
     * @param ports which listening ports
     * @param milliseconds how long to wait for the last of them
     * @return how many are still open afterwards
     */
    long drain(IntPredicate ports, long milliseconds) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        drained = ports;
        for (Channel listener : listeners) {
            if (ports.test(port(listener))) {
                close(listener);
            }
        }
        open.forEach(connection -> {
            // A connection that isn't registered yet asks once it is active.
            if (draining(connection) && connection.isRegistered()) {
                connection.pipeline().fireUserEventTriggered(DRAIN);
            }
        });
        long left;
        do {
            Thread.sleep(ROUND_MILLISECONDS);
            left = open.stream().filter(this::draining).count();
        } while (left > 0 && System.nanoTime() < deadline);
        return left;
    }

    /**
     * Closes a listening socket with an almost empty queue. On close, the system drops connections that it completed but
     * that were not accepted yet, although their clients consider them open. With a normal close, the socket would keep
     * completing connections until the event loop's next cycle. So it is first removed from the event loop, which leaves it
     * listening, then its whole queue is accepted, and immediately it is closed.
     */
    private static void close(Channel listener) throws InterruptedException {
        listener.deregister().await();
        Thread.sleep(ROUND_MILLISECONDS);
        listener.eventLoop()
                .submit(() -> {
                    if (listener instanceof AbstractNioChannel socket) {
                        for (int look = 0; look < LOOKS; look++) {
                            socket.unsafe().read();
                        }
                    }
                    listener.close();
                })
                .await();
    }

    private static int port(Channel channel) {
        return channel.localAddress() instanceof InetSocketAddress address ? address.getPort() : -1;
    }
}
