package dev.unmask.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.unmask.fault.Fault;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.ErrorManager;
import java.util.logging.Handler;
import org.jboss.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.jboss.logmanager.handlers.SizeRotatingFileHandler;

/**
 * The access log, one JSON object for each finished request. A thread of its own writes it, so that a slow or full disk
 * delays no request: records that don't fit into the queue are dropped, counted, and reported in the log once a minute.
 */
@Singleton
public final class AccessLog {
    private static final Logger LOG = Logger.getLogger(AccessLog.class);
    private static final int WAITING = 8_192;
    private static final long REPORT_EVERY = TimeUnit.MINUTES.toNanos(1);

    private final ObjectMapper json = new ObjectMapper();
    private final BlockingQueue<Access> waiting = new ArrayBlockingQueue<>(WAITING);
    private final Counter dropped;
    private final Handler handler;
    private final Thread writer;
    private volatile boolean closing;

    /**
     * Created by the container.
     *
     * @throws Fault of kind CONFIGURATION when the file can't be written
     */
    public AccessLog(AccessLogConfig config, MeterRegistry registry) {
        dropped = Counter.builder("unmask.access.log.dropped")
                .description("Access log records that were dropped because the queue was full, or could not be written")
                .register(registry);
        handler = config.file().map(file -> handler(file, config)).orElse(null);
        writer = handler == null ? null : new Thread(this::write, "unmask-access-log");
        if (writer != null) {
            writer.setDaemon(true);
            writer.start();
        }
    }

    private Handler handler(String to, AccessLogConfig config) {
        PatternFormatter lines = new PatternFormatter("%m%n");
        if (to.equals("stdout")) {
            return new ConsoleHandler(ConsoleHandler.Target.SYSTEM_OUT, lines);
        }
        Path file = Path.of(to).toAbsolutePath();
        Path folder = file.getParent();
        if (folder == null || !Files.isDirectory(folder) || !Files.isWritable(folder) || Files.isDirectory(file)) {
            throw unwritable(to, null);
        }
        try {
            SizeRotatingFileHandler rotating = new SizeRotatingFileHandler(
                    file.toFile(), true, config.maxSize().asLongValue(), config.keep());
            rotating.setFormatter(lines);
            rotating.setErrorManager(new ErrorManager() {
                @Override
                public void error(String message, Exception failure, int code) {
                    dropped.increment();
                }
            });
            return rotating;
        } catch (IOException failed) {
            throw unwritable(to, failed);
        }
    }

    private static Fault unwritable(String to, IOException cause) {
        return Fault.configuration(
                "The access log (UNMASK_ACCESS_LOG_FILE) can't be written to \"%s\"; use a file in an existing, writable folder, or stdout."
                        .formatted(to),
                cause);
    }

    /** Queues a record, if there is a log; never waits. */
    void add(Access access) {
        if (handler != null && !waiting.offer(access)) {
            dropped.increment();
        }
    }

    private void write() {
        double reported = 0;
        long reportedAt = System.nanoTime() - REPORT_EVERY;
        while (!closing || !waiting.isEmpty()) {
            try {
                Access next = waiting.poll(1, TimeUnit.SECONDS);
                if (next != null) {
                    handler.publish(
                            new ExtLogRecord(Level.INFO, json.writeValueAsString(next), AccessLog.class.getName()));
                }
            } catch (InterruptedException closed) {
                // Only close() interrupts; queued records are still written.
                Thread.interrupted();
            } catch (JsonProcessingException | RuntimeException unwritten) {
                dropped.increment();
            }
            if (dropped.count() > reported && System.nanoTime() - reportedAt >= REPORT_EVERY) {
                LOG.warnf(
                        "The access log dropped %.0f records; its disk is full, or too slow.",
                        dropped.count() - reported);
                reported = dropped.count();
                reportedAt = System.nanoTime();
            }
        }
    }

    /** Writes the queued records, once no requests come any more. */
    void close(@Observes @Priority(Integer.MAX_VALUE) ShutdownEvent event) throws InterruptedException {
        if (writer != null) {
            closing = true;
            writer.interrupt();
            writer.join(TimeUnit.SECONDS.toMillis(5));
            handler.close();
        }
    }
}
