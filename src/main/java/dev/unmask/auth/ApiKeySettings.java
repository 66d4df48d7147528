package dev.unmask.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/**
 * The one bearer key for quick use. It is a mapping, not a {@code @ConfigProperty}, because the
 * check for unknown settings below {@code unmask} knows only what a mapping declares.
 */
@ConfigMapping(prefix = "unmask")
public interface ApiKeySettings {

    /**
     * One bearer key, called {@code api-key} in logs. As in every setting, {@code ${…}} stands for
     * another setting and {@code $$} for one dollar sign; a key file is read as it is. No default.
     */
    Optional<String> apiKey();
}
