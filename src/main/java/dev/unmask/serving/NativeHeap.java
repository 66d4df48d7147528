package dev.unmask.serving;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.logging.Logger;

/** The memory of native libraries, which Java's collector doesn't manage. */
final class NativeHeap {
    private static final Logger LOG = Logger.getLogger(NativeHeap.class);

    private NativeHeap() {}

    /**
     * Returns to the system what loading or closing a model leaves behind: on the heap what only loading needs, and outside
     * it the memory that the C library keeps after it was freed. Buffers outside the heap are freed with the objects that
     * own them, so these are collected first, which takes tens of milliseconds. Otherwise the process stays larger than the
     * service needs to be, and after some reloads by one unused model. The JVM supports this on Linux with glibc (command
     * {@code System.trim_native_heap}); elsewhere only the heap shrinks.
     */
    static void trim() {
        System.gc();
        try {
            Object result = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
            LOG.debug(result);
        } catch (JMException notHere) {
            LOG.debug("The native heap can't be trimmed here.", notHere);
        }
    }
}
