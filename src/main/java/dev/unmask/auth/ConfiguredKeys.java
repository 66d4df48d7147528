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
     * @param config the same settings, which distinguish an empty value from a missing one
     * @param announce receives the random key, once, if one is generated
     * @throws Fault of kind {@code CONFIGURATION} if a setting is unusable, or two contradict each other
     */
    public static Keys open(
            ApiKeySettings apiKey, AuthSettings auth, OidcTokens tokens, Config config, Consumer<String> announce) {
        refuseEmpty(config, "unmask.api-key", "UNMASK_API_KEY");
        refuseEmpty(config, "unmask.auth.keys-dir", "UNMASK_AUTH_KEYS_DIR");
        if (auth.mode().equals("none")) {
            if (apiKey.apiKey().isPresent() || auth.keysDir().isPresent() || tokens.configured()) {
                throw Fault.configuration(
                        "UNMASK_AUTH_MODE is none, but keys or an issuer of tokens are configured; unset UNMASK_API_KEY, UNMASK_AUTH_KEYS_DIR and UNMASK_OIDC_ISSUER, or UNMASK_AUTH_MODE.");
            }
            return Keys.none();
        }
        if (!auth.mode().equals("keys")) {
            throw Fault.configuration("UNMASK_AUTH_MODE must be keys or none, but is \"%s\".".formatted(auth.mode()));
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
                "No key is configured, so this one was generated; it is valid until the next start: %s%n"
                        + "Send it like this: curl -H 'Authorization: Bearer %s'%n"
                        + "To choose your own, set UNMASK_API_KEY or UNMASK_AUTH_KEYS_DIR.",
                key, key);
    }
}
