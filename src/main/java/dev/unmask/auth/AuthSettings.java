package dev.unmask.auth;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Where bearer keys come from. */
@ConfigMapping(prefix = "unmask.auth")
public interface AuthSettings {

    /**
     * A folder with one bearer key a file, named as its file; re-read within seconds when it changes.
     * No default.
     */
    Optional<Path> keysDir();

    /** Whether callers need a key: `keys`, or `none`, which lets everyone in. */
    @WithDefault("keys")
    String mode();
}
