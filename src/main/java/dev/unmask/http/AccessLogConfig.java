package dev.unmask.http;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.util.Optional;

/** Settings of the access log. */
@ConfigMapping(prefix = "unmask.access-log")
public interface AccessLogConfig {
    /** `stdout`, or a file; unset, there is no access log. */
    Optional<String> file();

    /** The size at which the file is rotated. */
    @WithDefault("10M")
    @Min(1)
    MemorySize maxSize();

    /** How many older files are kept, as FILE.1, FILE.2…; FILE.1 is the youngest. */
    @WithDefault("5")
    @Min(0)
    int keep();
}
