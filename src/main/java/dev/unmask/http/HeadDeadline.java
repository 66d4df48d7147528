package dev.unmask.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose client doesn't complete a request's head in time, even if bytes keep trickling in. The time
 * counts from the connection's start, later from the first byte after an answer. Between requests a connection may be idle
 * for a while, so that clients can reuse it.
 *
 * <p>It comes before all other handlers, where it sees bytes. After the HTTP codec it adds a handler that sees requests and
 * responses, and before that one {@link Framing}.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
    /** A little longer than common proxies keep idle connections. */
    private static final long IDLE_MILLISECONDS = 75_000;

    /** During shutdown, an idle connection has this long to deliver a request that is on its way. */
    private static final long DRAIN_MILLISECONDS = 1_000;

    private final long headMilliseconds;
    private final Connections connections;
    private ScheduledFuture<?> deadline;
    private boolean codecFound;
    private boolean inHead = true;
    private int unanswered;
    private boolean draining;

    HeadDeadline(long headMilliseconds, Connections connections) {
        this.headMilliseconds = headMilliseconds;
        this.connections = connections;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        draining = connections.draining(context.channel());
        restart(context.channel(), headMilliseconds);
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
        if (!codecFound) {
            findCodec(context.pipeline());
        }
        if (!inHead && unanswered == 0) {
            inHead = true;
            restart(context.channel(), headMilliseconds);
        }
        context.fireChannelRead(bytes);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event == Connections.DRAIN) {
            draining = true;
            if (unanswered == 0) {
                restart(context.channel(), DRAIN_MILLISECONDS);
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }

    private void findCodec(ChannelPipeline pipeline) {
        ChannelHandlerContext encoder = pipeline.context(HttpResponseEncoder.class);
        ChannelHandlerContext tls = pipeline.context(SslHandler.class);
        if (encoder != null) {
            pipeline.addAfter(encoder.name(), null, new Messages()).addAfter(encoder.name(), null, new Framing());
            codecFound = true;
        } else if (tls != null && pipeline.get(Handshake.class) == null) {
            pipeline.addAfter(tls.name(), null, new Handshake());
        } else if (tls == null && pipeline.get(Negotiation.class) == null) {
            pipeline.addLast(new Negotiation());
        }
    }

    /**
     * Where HTTP/2 is possible in clear text, as on the management port, the codec is added behind this handler when the first
     * bytes have shown which version it is, and the bytes follow.
     */
    private final class Negotiation extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object bytes) {
            if (!codecFound) {
                findCodec(context.pipeline());
            }
            context.fireChannelRead(bytes);
        }
    }

    /** With TLS the codec is added at the end of the handshake, and a request may follow in the same packet. */
    private final class Handshake extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            context.fireUserEventTriggered(event);
            if (!codecFound && event instanceof SslHandshakeCompletionEvent) {
                findCodec(context.pipeline());
            }
        }
    }

    private void restart(Channel channel, long milliseconds) {
        stop();
        long within = draining ? Math.min(milliseconds, DRAIN_MILLISECONDS) : milliseconds;
        deadline = channel.eventLoop().schedule(() -> channel.close(), within, TimeUnit.MILLISECONDS);
    }

    private void stop() {
        if (deadline != null) {
            deadline.cancel(false);
            deadline = null;
        }
    }

    private final class Messages extends ChannelDuplexHandler {
        private boolean reading;
        private boolean last;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest) {
                inHead = false;
                unanswered++;
                reading = true;
                stop();
            }
            if (message instanceof LastHttpContent) {
                reading = false;
            }
            context.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
            // "100 Continue" is a complete message too, but not an answer.
            boolean interim = message instanceof HttpResponse response
                    && response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
            if (draining && message instanceof HttpResponse answer && !interim) {
                answer.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
                last = true;
            }
            ChannelPromise sent = written;
            if (message instanceof LastHttpContent && !interim && unanswered > 0 && --unanswered == 0) {
                // A void promise doesn't notify.
                sent = written.unvoid();
                sent.addListener(done -> afterAnswers(context.channel()));
            }
            context.write(message, sent);
        }

        private void afterAnswers(Channel channel) {
            if (unanswered > 0 || inHead) {
                return;
            }
            // While more of a request arrives, closing would reset the connection, and the answer would be lost.
            if (last && !reading) {
                channel.close();
            } else {
                restart(channel, IDLE_MILLISECONDS);
            }
        }
    }
}
