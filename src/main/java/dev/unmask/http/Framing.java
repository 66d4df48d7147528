package dev.unmask.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Refuses requests with an ambiguous end or target. The following bytes on the connection could be interpreted differently
 * by the sender or a proxy (RFC 9112 §6.1 and §11.2). Such a request is turned into invalid HTTP, which the server answers
 * with 400 before it closes the connection without reading further.
 */
final class Framing extends ChannelInboundHandlerAdapter {
    /** A percent sign that no two hexadecimal digits follow, on which the framework's routers fail. */
    private static final Pattern MALFORMED_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private boolean refused;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (refused) {
            ReferenceCountUtil.release(message);
            return;
        }
        if (message instanceof HttpRequest request && request.decoderResult().isSuccess() && !sure(request)) {
            refused = true;
            request.setProtocolVersion(HttpVersion.HTTP_1_1);
            request.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("framing")));
        }
        context.fireChannelRead(message);
    }

    static boolean sure(HttpRequest request) {
        boolean current = request.protocolVersion().equals(HttpVersion.HTTP_1_1);
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        boolean chunked = encodings.size() == 1 && encodings.get(0).strip().equalsIgnoreCase("chunked");
        return (current || request.protocolVersion().equals(HttpVersion.HTTP_1_0))
                && request.headers().getAll(HttpHeaderNames.HOST).size() <= 1
                && (encodings.isEmpty() || current && chunked)
                && !MALFORMED_ESCAPE.matcher(request.uri()).find();
    }
}
