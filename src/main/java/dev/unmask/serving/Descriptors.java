package dev.unmask.serving;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.OptionalLong;

/** The file descriptors of the process, and how many connections fit in them. */
public final class Descriptors {
    /** What the process needs besides connections: jars, libraries, event loops, logs, the files of two models. It has about 50 at rest. */
    public static final int OWN = 128;

    private static final int PORTS = 2;
    private static final int FEWEST = 8;

    private Descriptors() {}

    /** How many the process may have; empty where that isn't known. */
    public static OptionalLong most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? OptionalLong.of(system.getMaxFileDescriptorCount())
                : OptionalLong.empty();
    }

    /**
     * How many connections may be open on each port, so that descriptors are left for everything else: without any, Java can't
     * even read a class from its jar.
     *
     * @param configured how many are wanted
     */
    public static int connections(int configured) {
        return connections(configured, most());
    }

    static int connections(int configured, OptionalLong most) {
        return most.isEmpty()
                ? configured
                : (int) Math.min(configured, Math.max(FEWEST, (most.getAsLong() - OWN) / PORTS));
    }
}
