package dev.unmask.hub;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;

/** Takes the body of an answer that succeeded. */
interface Receiver {
    /** The answer begins. */
    void begin(Answer answer) throws IOException;

    /** So much more of its body came. */
    void take(ByteBuffer bytes) throws IOException;

    /**
     * What a server answers, without the body.
     *
     * @param response as the client has it
     */
    record Answer(HttpResponse response) {
        /** The HTTP status. */
        int status() {
            return response.getCode();
        }

        /** Whether what was asked for comes, all of it or the part. */
        boolean succeeded() {
            return status() == HttpStatus.SC_OK || partial();
        }

        /** Whether only the part comes that was asked for. */
        boolean partial() {
            return status() == HttpStatus.SC_PARTIAL_CONTENT;
        }

        /** A header, or nothing where it isn't there. */
        String header(String name) {
            Header header = response.getFirstHeader(name);
            return header == null || header.getValue() == null ? "" : header.getValue();
        }
    }

    /** The answer is not one to the question; thrown by a receiver. Asking again may help. */
    final class OddAnswer extends IOException {
        private static final long serialVersionUID = 1;

        OddAnswer(String found) {
            super(found);
        }
    }

    /** There is more of the answer than is taken; thrown by a receiver that has kept nothing. Asking again would not help. */
    final class Unwanted extends IOException {
        private static final long serialVersionUID = 1;

        Unwanted(String found) {
            super(found);
        }
    }

    /** What was received could not be taken, such as where the disk is full. */
    final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(IOException cause) {
            super(cause);
        }
    }
}
