package dev.unmask.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a connection lives, by a clock that stands still until it is moved. */
class HeadDeadlineTest {
    private static final long HEAD_SECONDS = 10;

    private final EmbeddedChannel connection = new EmbeddedChannel();

    @BeforeEach
    void open() {
        connection.freezeTime();
        connection
                .pipeline()
                .addLast(new HeadDeadline(TimeUnit.SECONDS.toMillis(HEAD_SECONDS), new Connections()))
                .addLast(new HttpRequestDecoder())
                .addLast(new HttpResponseEncoder());
        connection.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        connection.finishAndReleaseAll();
    }

    private boolean opensAfter(long milliseconds) {
        connection.advanceTimeBy(milliseconds, TimeUnit.MILLISECONDS);
        connection.runScheduledPendingTasks();
        return connection.isOpen();
    }

    private void receive(String text) {
        connection.writeInbound(Unpooled.copiedBuffer(text, US_ASCII));
        for (Object read = connection.readInbound(); read != null; read = connection.readInbound()) {
            ReferenceCountUtil.release(read);
        }
    }

    /** Answers, by a promise that somebody waits for or by one that nobody does; what the client reads. */
    private String answer(boolean awaited) {
        FullHttpResponse ok = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        ok.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
        connection.writeAndFlush(ok, awaited ? connection.newPromise() : connection.voidPromise());
        StringBuilder sent = new StringBuilder();
        for (ByteBuf part = connection.readOutbound(); part != null; part = connection.readOutbound()) {
            sent.append(part.toString(US_ASCII));
            part.release();
        }
        return sent.toString();
    }

    @Test
    void aConnectionWithoutAHeadEndsWhenItsTimeIsUp() {
        assertThat(opensAfter(9_900)).isTrue();
        receive("GET / HT");
        assertThat(opensAfter(200)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void afterAnAnswerAConnectionMayBeIdleForAWhile(boolean awaited) {
        receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(opensAfter(60_000)).as("while it waits for its answer").isTrue();
        assertThat(answer(awaited)).startsWith("HTTP/1.1 200").doesNotContain("close");

        assertThat(opensAfter(74_000)).isTrue();
        assertThat(opensAfter(2_000)).isFalse();
    }

    @Test
    void aNewHeadAfterAnAnswerHasItsTime() {
        receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        answer(true);
        assertThat(opensAfter(70_000)).isTrue();
        receive("GET");
        assertThat(opensAfter(9_900)).isTrue();
        assertThat(opensAfter(200)).isFalse();
    }

    @Test
    void aStopEndsAnIdleConnectionInASecond() {
        receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        answer(true);
        connection.pipeline().fireUserEventTriggered(Connections.DRAIN);

        assertThat(opensAfter(900)).isTrue();
        assertThat(opensAfter(200)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStopWaitsForAnAnswerAndEndsTheConnectionWithIt(boolean awaited) {
        receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        connection.pipeline().fireUserEventTriggered(Connections.DRAIN);
        assertThat(opensAfter(20_000)).isTrue();

        assertThat(answer(awaited)).startsWith("HTTP/1.1 200").contains("connection: close");
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void aStopLeavesAClientThatIsStillSendingTimeToReadItsAnswer() {
        receive("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n12345");
        connection.pipeline().fireUserEventTriggered(Connections.DRAIN);

        assertThat(answer(true)).contains("connection: close");
        assertThat(connection.isOpen()).isTrue();
        assertThat(opensAfter(1_100)).isFalse();
    }
}
