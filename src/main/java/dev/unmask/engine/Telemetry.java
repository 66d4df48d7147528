package dev.unmask.engine;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.lang.System.Logger.Level;

/**
 * Keeps ONNX Runtime from reporting its use to its maker. Its libraries for Linux and macOS do that since 1.29 unless the
 * environment variable {@value #VARIABLE} says otherwise: they write a device's id and a database to the cache in the home
 * folder, and open connections. The variable is read when the library is loaded, and Java can't set its own, so the C library does.
 */
final class Telemetry {
    private static final String VARIABLE = "ORT_DISABLE_TELEMETRY";
    private static final String OFF = "1";

    private Telemetry() {}

    /** A part of the C library, by POSIX. */
    interface Environment extends Library {
        /** Sets a variable of this process; 0 when that was done. */
        int setenv(String name, String value, int overwrite);
    }

    /** Turns it off, before ONNX Runtime's library is loaded. */
    static void turnOff() {
        if (OFF.equals(System.getenv(VARIABLE)) || Platform.isWindows()) {
            return;
        }
        try {
            if (Native.load(Platform.C_LIBRARY_NAME, Environment.class).setenv(VARIABLE, OFF, 1) == 0) {
                return;
            }
            warn(null);
        } catch (LinkageError missing) {
            warn(missing);
        }
    }

    private static void warn(Throwable cause) {
        System.getLogger(Telemetry.class.getName())
                .log(
                        Level.WARNING,
                        "ONNX Runtime's telemetry could not be turned off before its start; set " + VARIABLE + "=" + OFF
                                + " in the environment.",
                        cause);
    }

    /** Turns off the events that remain where the variable isn't known, as on Windows. */
    static void turnOff(OrtEnvironment environment) {
        try {
            environment.setTelemetry(false);
        } catch (OrtException untold) {
            warn(untold);
        }
    }
}
