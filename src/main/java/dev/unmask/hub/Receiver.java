package dev.unmask.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;

/** Receives the body of a successful response. */
interface Receiver {
    /** The response begins. */
    void begin(Answer answer) throws IOException;

    /** More of its body arrived. */
    void take(ByteBuffer bytes) throws IOException;

    /**
     * A response's status and headers.
     *
     * @param response the client's response
     */
    record Answer(HttpResponse response) {
        /** The HTTP status. */
        int status() {
            return response.getCode();
        }

        /** Whether the body is the requested file or part. */
        boolean succeeded() {
            return status() == HttpStatus.SC_OK || partial();
        }

        /** Whether the body is only the requested part. */
        boolean partial() {
            return status() == HttpStatus.SC_PARTIAL_CONTENT;
        }

        /** A header, or empty if it is missing. */
        String header(String name) {
            Header header = response.getFirstHeader(name);
            return header == null || header.getValue() == null ? "" : header.getValue();
        }
    }

    /** The response doesn't match the request; thrown by a receiver. A retry may help. */
    final class OddAnswer extends IOException {
        private static final long serialVersionUID = 1;

        OddAnswer(String found) {
            super(found);
        }
    }

    /** The response is larger than accepted; thrown by a receiver that has kept nothing. A retry would not help. */
    final class Unwanted extends IOException {
        private static final long serialVersionUID = 1;

        Unwanted(String found) {
            super(found);
        }
    }

    /** The received bytes could not be stored, for example because the disk is full. */
    final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(IOException cause) {
            super(cause);
        }
    }
}
