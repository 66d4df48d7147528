package dev.unmask.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Who may reload the model. */
@ConfigMapping(prefix = "unmask.admin")
public interface AdminSettings {
    /** The bearer key of `POST /admin/reload` on the management port; unset, there is no such path. */
    Optional<String> key();
}
