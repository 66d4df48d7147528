package dev.unmask.auth;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Whose tokens are taken beside keys. */
@ConfigMapping(prefix = "unmask.oidc")
public interface OidcSettings {
    /** The issuer of tokens, exactly as their claim `iss` has it; unset, none are taken. */
    Optional<String> issuer();

    /** What tokens must be meant for, as their claim `aud` has it; needed with an issuer. */
    Optional<String> audience();

    /** Where the issuer's keys are; unset, it is asked by `/.well-known/openid-configuration`. */
    Optional<String> jwksUrl();
}
