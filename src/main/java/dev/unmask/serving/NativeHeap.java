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
     * Returns a closed model's memory to the system. Its buffers outside the heap are freed with the objects that own them,
     * so these are collected first, which takes tens of milliseconds. Otherwise the C library keeps the memory, and after
     * some reloads the process is larger by one unused model. The JVM supports this on Linux with glibc (command
     * {@code System.trim_native_heap}); elsewhere nothing happens.
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
