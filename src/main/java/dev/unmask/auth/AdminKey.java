package dev.unmask.auth;

import dev.unmask.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;

/** The key of those who run the service; it opens nothing that callers' keys open, and theirs nothing of its. */
public final class AdminKey {
    private static final String SETTING = "UNMASK_ADMIN_KEY";

    private final BearerKey key;

    private AdminKey(BearerKey key) {
        this.key = key;
    }

    /**
     * The key that is set.
     *
     * @param config the same settings, where an empty one can be told from one that isn't there
     * @return nothing where none is set
     * @throws Fault of kind {@code CONFIGURATION} if it can't be meant
     */
    public static Optional<AdminKey> of(AdminSettings settings, Config config) {
        ConfiguredKeys.refuseEmpty(config, "unmask.admin.key", SETTING);
        return settings.key().map(value -> new AdminKey(KeyText.ofSetting("admin-key", SETTING, value)));
    }

    /**
     * Whether it was presented.
     *
     * @param authorizationHeaders the values of all {@code Authorization} headers of a request
     */
    public boolean opensFor(List<String> authorizationHeaders) {
        return BearerHeader.token(authorizationHeaders)
                .filter(token -> key.hasHash(BearerKey.hash(token.getBytes(StandardCharsets.UTF_8))))
                .isPresent();
    }
}
