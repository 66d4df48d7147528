package dev.unmask.auth;

import dev.unmask.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The operators' key. It gives no access to what callers' keys open, and theirs give none to what it opens. */
public final class AdminKey {
    private static final String SETTING = "UNMASK_ADMIN_KEY";

    private final BearerKey key;

    private AdminKey(BearerKey key) {
        this.key = key;
    }

    /**
     * The key that is set.
     *
     * @param config the same settings, which distinguish an empty value from a missing one
     * @return nothing where none is set
     * @throws Fault of kind {@code CONFIGURATION} if the setting is unusable
     */
    public static Optional<AdminKey> of(AdminSettings settings, Config config) {
        ConfiguredKeys.refuseEmpty(config, "unmask.admin.key", SETTING);
        return settings.key().map(value -> new AdminKey(KeyText.ofSetting("admin-key", SETTING, value)));
    }

    /**
     * Whether a request presents this key.
     *
     * @param authorizationHeaders the values of all {@code Authorization} headers of a request
     */
    public boolean opensFor(List<String> authorizationHeaders) {
        return BearerHeader.token(authorizationHeaders)
                .filter(token -> key.hasHash(BearerKey.hash(token.getBytes(StandardCharsets.UTF_8))))
                .isPresent();
    }
}
