package dev.unmask.auth;

import dev.unmask.fault.Fault;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Opens the {@link Keys} that the settings ask for. */
@Singleton
public final class ConfiguredKeys {

    private static final Logger LOG = Logger.getLogger(ConfiguredKeys.class);

    @Produces
    @Singleton
    OidcTokens tokens(OidcSettings settings) {
        return OidcTokens.of(settings);
    }

    @Produces
    @Singleton
    @Startup
    Keys keys(ApiKeySettings apiKey, AuthSettings auth, OidcTokens tokens, Config config) {
        Keys keys = open(apiKey, auth, tokens, config, ConfiguredKeys::announce);
        if (keys.letsAnyoneIn()) {
            LOG.warn("Nobody needs a key (UNMASK_AUTH_MODE=none): whoever reaches this service may use it.");
        }
        return keys;
    }

    /**
     * Opens those that the settings ask for.
     *
     * @param config the same settings, where an empty one can be told from one that isn't there
     * @param announce is given the random key, once, if one is made
     * @throws Fault of kind {@code CONFIGURATION} if a setting can't be meant, or two contradict each other
     */
    public static Keys open(
            ApiKeySettings apiKey, AuthSettings auth, OidcTokens tokens, Config config, Consumer<String> announce) {
        refuseEmpty(config, "unmask.api-key", "UNMASK_API_KEY");
        refuseEmpty(config, "unmask.auth.keys-dir", "UNMASK_AUTH_KEYS_DIR");
        if (auth.mode().equals("none")) {
            if (apiKey.apiKey().isPresent() || auth.keysDir().isPresent() || tokens.configured()) {
                throw Fault.configuration(
                        "UNMASK_AUTH_MODE is none, but keys are configured, or an issuer of tokens; unset UNMASK_API_KEY, UNMASK_AUTH_KEYS_DIR and UNMASK_OIDC_ISSUER, or UNMASK_AUTH_MODE.");
            }
            return Keys.none();
        }
        if (!auth.mode().equals("keys")) {
            throw Fault.configuration("UNMASK_AUTH_MODE is \"%s\"; allowed are keys and none.".formatted(auth.mode()));
        }
        if (tokens.configured() && apiKey.apiKey().isEmpty() && auth.keysDir().isEmpty()) {
            return Keys.nobody();
        }
        return Keys.open(apiKey.apiKey(), auth.keysDir(), announce);
    }

    void close(@Disposes Keys keys) {
        keys.close();
    }

    /**
     * A setting that is there but empty reaches a mapping as if it were absent. It is a mistake (a
     * secret that did not arrive), and a random key instead would hide it.
     */
    static void refuseEmpty(Config config, String property, String environment) {
        String value = config.getConfigValue(property).getValue();
        if (value != null && value.isBlank()) {
            throw Fault.configuration(environment + " is set but empty. Give it a value, or unset it.");
        }
    }

    private static void announce(String key) {
        LOG.warnf(
                "No key is configured, so this one was made until the next start: %s%n"
                        + "Callers send it as: curl -H 'Authorization: Bearer %s'%n"
                        + "To choose your own, set UNMASK_API_KEY or UNMASK_AUTH_KEYS_DIR.",
                key, key);
    }
}
