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

/** The sockets that listen and the connections that they accepted, and how they come to their end. */
final class Connections {
    /** Told to connections as an event when {@link #draining} becomes true of them. */
    static final Object DRAIN = new Object();

    /** In this time the event loop has gone round and forgotten a socket. */
    private static final long ROUND_MILLISECONDS = 20;

    /** Netty accepts 16 connections at a look; the system keeps 4,096 in waiting at most, by default. */
    private static final int LOOKS = 256;

    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private volatile IntPredicate drained = port -> false;

    /** A socket is about to listen. */
    void listening(Channel listener) {
        listeners.add(listener);
    }

    /** A connection was accepted; it isn't registered with an event loop yet. */
    void accepted(Channel connection) {
        open.add(connection);
    }

    /** Whether a connection that is active by now is to answer what was asked and to wait for nothing else for long. */
    boolean draining(Channel connection) {
        return drained.test(port(connection));
    }

    /**
     * Accepts no more connections and has those that there are come to their end: what was asked on them is answered,
     * what is idle is closed.
     *
     * @param ports which of the ports that are listened on
     * @param milliseconds how long to wait for the last of them
     * @return how many are still open after that
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
            // One that isn't registered yet asks once it is active.
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
     * Closes a listening socket with next to nothing in its queue: the system drops the connections that it completed and
     * that were not accepted yet, whose clients believe them to be open. Closed as usual, the socket goes on completing
     * connections until the event loop has gone round. So it is taken off the event loop first, which leaves it
     * listening, then all of its queue is accepted, and at once it is closed.
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
