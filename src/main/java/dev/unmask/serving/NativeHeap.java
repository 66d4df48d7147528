package dev.unmask.serving;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jboss.logging.Logger;

/** The memory of native libraries, of which Java's collector knows nothing. */
final class NativeHeap {
    private static final Logger LOG = Logger.getLogger(NativeHeap.class);

    private NativeHeap() {}

    /**
     * Gives the system back what a closed model had taken. Its buffers lie outside the heap and go with the objects that hold
     * them, so that these are collected first, which takes tens of milliseconds. The C library keeps it otherwise, and after some models there is room for one
     * more that nobody uses. The virtual machine can do it on Linux with glibc (command {@code System.trim_native_heap});
     * elsewhere nothing happens.
     */
    static void trim() {
        System.gc();
        try {
            Object told = ManagementFactory.getPlatformMBeanServer()
                    .invoke(
                            new ObjectName("com.sun.management:type=DiagnosticCommand"),
                            "systemTrimNativeHeap",
                            new Object[0],
                            new String[0]);
            LOG.debug(told);
        } catch (JMException notHere) {
            LOG.debug("The native heap can't be trimmed here.", notHere);
        }
    }
}
