package dev.unmask.it;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;

/** A client that asks without a pause until it is refused a connection. */
record PersistentClient(Service service, boolean reusing, AtomicInteger answered, AtomicInteger lost)
        implements Callable<Void> {
    @Override
    public Void call() throws IOException {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
                socket.setSoTimeout(20_000);
                if (!ask(socket)) {
                    lost.incrementAndGet();
                }
            } catch (ConnectException noLongerListening) {
                return null;
            }
        }
    }

    /** Asks until the service says that the connection ends; false when an answer is not whole. */
    private boolean ask(Socket socket) {
        try {
            BufferedReader answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            boolean last = false;
            while (!last) {
                socket.getOutputStream()
                        .write(request(reusing ? "keep-alive" : "close").getBytes(ISO_8859_1));
                String status = answers.readLine();
                if (status == null || !status.equals("HTTP/1.1 200 OK")) {
                    return false;
                }
                int length = -1;
                for (String header = answers.readLine(); !header.isEmpty(); header = answers.readLine()) {
                    last |= header.equalsIgnoreCase("connection: close");
                    if (header.toLowerCase().startsWith("content-length: ")) {
                        length = Integer.parseInt(header.substring(16));
                    }
                }
                char[] body = new char[length];
                for (int read = 0; read < length; ) {
                    int more = answers.read(body, read, length - read);
                    if (more < 0) {
                        return false;
                    }
                    read += more;
                }
                answered.incrementAndGet();
            }
            return true;
        } catch (IOException cutOff) {
            return false;
        }
    }

    private static final String QUESTION = "{\"inputs\":\"there is no [MASK] .\",\"parameters\":{\"top_k\":1}}";

    /** A question as it is sent. */
    static String request(String connection) {
        return "POST /predict HTTP/1.1\r\nHost: x\r\nConnection: %s\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(connection, Service.KEY, QUESTION.length(), QUESTION);
    }
}
