package dev.unmask.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;

/** Where the access log goes. */
@ConfigMapping(prefix = "unmask.access-log")
public interface AccessLogConfig {
    /** `stdout`, or a file; unset, there is none. */
    Optional<String> file();

    /** How large the file becomes before another is begun. */
    @WithDefault("10M")
    MemorySize maxSize();

    /** How many older files are kept, as FILE.1, FILE.2…; FILE.1 is the youngest. */
    @WithDefault("5")
    int keep();
}
