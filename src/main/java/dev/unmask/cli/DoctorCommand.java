package dev.unmask.cli;

import dev.unmask.auth.AdminKey;
import dev.unmask.auth.AdminSettings;
import dev.unmask.auth.ApiKeySettings;
import dev.unmask.auth.AuthSettings;
import dev.unmask.auth.ConfiguredKeys;
import dev.unmask.auth.Keys;
import dev.unmask.auth.OidcSettings;
import dev.unmask.auth.OidcTokens;
import dev.unmask.engine.Device;
import dev.unmask.engine.Engine;
import dev.unmask.engine.Provider;
import dev.unmask.fault.Fault;
import dev.unmask.graph.Precision;
import dev.unmask.hub.HubReference;
import dev.unmask.serving.Descriptors;
import dev.unmask.serving.Ranges;
import dev.unmask.serving.SettingConstraints;
import dev.unmask.store.Manifest;
import dev.unmask.store.ModelStore;
import dev.unmask.store.StoredModel;
import dev.unmask.text.Tokenizer;
import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.ConfigValidator;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Checks everything that a start needs, with the environment's settings, and reports each result. */
@Command(
        name = "doctor",
        description = {
            "Check everything that serving needs, with the environment's settings: Java, libraries, device, model, keys, ports,"
                    + " threads, memory. Starts and changes nothing.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Exit codes: 0 all checks passed; 1 a check failed, with a message that says what to change; 2 wrong usage."
        })
final class DoctorCommand implements Callable<Integer> {
    private static final int OLDEST_JAVA = 17;
    private static final int FEW_CONNECTIONS = 64;
    private static final int API_PORT = 8080;
    private static final int MANAGEMENT_PORT = 9000;
    private static final long LEAST_HEAP = 64L << 20;

    @Spec
    private CommandSpec spec;

    private final Map<String, String> environment;
    private int problems;

    DoctorCommand() {
        this(System.getenv());
    }

    /** @param environment the environment whose settings are checked */
    DoctorCommand(Map<String, String> environment) {
        this.environment = environment;
    }

    /** What was found; throws a {@link Fault} with what to change if that is not sufficient. */
    private interface Check {
        String look() throws IOException;
    }

    @Override
    public Integer call() {
        check("Java", DoctorCommand::java);
        check("settings", this::settings);
        check("temp folder", DoctorCommand::tempFolder);
        check("ONNX Runtime", () -> {
            Engine.loadLibrary();
            return "loads";
        });
        check("tokenizer library", () -> {
            Tokenizer.loadLibrary();
            return Tokenizer.libraryVersion();
        });
        check("device", this::device);
        check("model", this::model);
        check("keys", this::keys);
        check("API port", () -> port("QUARKUS_HTTP_PORT", "QUARKUS_HTTP_HOST", API_PORT));
        check("management port", () -> port("QUARKUS_MANAGEMENT_PORT", "QUARKUS_MANAGEMENT_HOST", MANAGEMENT_PORT));
        check("threads", this::threads);
        check("memory", DoctorCommand::memory);
        check("file descriptors", DoctorCommand::descriptors);
        return problems == 0 ? Unmask.DONE : Unmask.REFUSED;
    }

    private void check(String what, Check check) {
        String state = "ok";
        String finding;
        try {
            finding = check.look();
        } catch (Fault fault) {
            state = "NO";
            finding = fault.getMessage();
            problems++;
        } catch (IOException failed) {
            state = "NO";
            finding = failed.toString();
            problems++;
        }
        spec.commandLine().getOut().printf("%-2s  %-18s %s%n", state, what, finding);
    }

    private Optional<String> setting(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    private int number(String name, int otherwise) {
        try {
            return setting(name).map(Integer::parseInt).orElse(otherwise);
        } catch (NumberFormatException malformed) {
            throw Fault.configuration("%s must be a number, but is \"%s\".".formatted(name, environment.get(name)));
        }
    }

    private static String java() {
        if (Runtime.version().feature() < OLDEST_JAVA) {
            throw Fault.configuration(
                    "This is Java %s; install %d or newer.".formatted(Runtime.version(), OLDEST_JAVA));
        }
        return Runtime.version() + ", " + System.getProperty("os.arch");
    }

    private String settings() {
        List<String> wrong = new ArrayList<>();
        try {
            configuration(KnownSettings.MAPPINGS, new SettingConstraints());
        } catch (Fault refused) {
            wrong.add(refused.getMessage());
        }
        wrong.addAll(KnownSettings.warnings(environment.keySet()));
        if (!wrong.isEmpty()) {
            throw Fault.configuration(String.join(" ", wrong));
        }
        return "none unknown, none out of range";
    }

    /**
     * The environment's values of settings.
     *
     * @throws Fault of kind CONFIGURATION that says in one line what can't be read or is refused
     */
    private SmallRyeConfig configuration(List<Class<?>> mappings, ConfigValidator validator) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder()
                .withSources(new EnvConfigSource(environment, EnvConfigSource.ORDINAL))
                .addDiscoveredConverters()
                .withValidator(validator)
                .withValidateUnknown(false);
        mappings.forEach(builder::withMapping);
        try {
            return builder.build();
        } catch (ConfigValidationException refused) {
            throw Fault.configuration(SettingProblems.explain(refused.getMessage())
                    .orElseGet(refused::getMessage)
                    .replace(System.lineSeparator(), " "));
        }
    }

    private static String tempFolder() throws IOException {
        String folder = System.getProperty("java.io.tmpdir");
        try {
            Files.delete(Files.createTempFile("unmask-doctor", ""));
        } catch (IOException unwritable) {
            throw Fault.storage(
                    "%s is not writable; make it writable, or choose another by -Djava.io.tmpdir=….".formatted(folder),
                    unwritable);
        }
        return folder;
    }

    private String device() {
        Device device = Fault.naming(
                "UNMASK_DEVICE", () -> Device.parse(setting("UNMASK_DEVICE").orElse("auto")));
        Provider provider = Fault.naming("UNMASK_DEVICE", () -> Engine.providerFor(device));
        return provider.name() + ", because " + provider.reason();
    }

    private String model() throws IOException {
        String model = setting("UNMASK_MODEL").orElse("demo");
        Precision precision = Fault.naming(
                "UNMASK_PRECISION",
                () -> Precision.parse(setting("UNMASK_PRECISION").orElse("auto")));
        Path root = Path.of(setting("UNMASK_MODEL_STORE").orElse("model-store"));
        if (HubReference.isMeant(model)) {
            return HubReference.parse(model) + ", which the first start downloads unless the store has it";
        }
        Path located = Fault.naming("UNMASK_MODEL", () -> new ModelStore(root).locate(model));
        if (!Files.isRegularFile(located.resolve(Manifest.FILE))) {
            return "%s, which the first start imports (at %s)"
                    .formatted(located, precision.made().label());
        }
        StoredModel entry = Fault.naming("UNMASK_MODEL", () -> ModelStore.openEntry(located, precision));
        entry.verifyWeights();
        Manifest manifest = entry.manifest();
        return "%s, revision %s, %s, files unchanged"
                .formatted(manifest.name(), manifest.revision(), manifest.precision());
    }

    private String keys() {
        SmallRyeConfig config = configuration(
                List.of(ApiKeySettings.class, AuthSettings.class, OidcSettings.class, AdminSettings.class),
                ConfigValidator.EMPTY);
        AdminKey.of(config.getConfigMapping(AdminSettings.class), config);
        OidcTokens tokens = OidcTokens.of(config.getConfigMapping(OidcSettings.class));
        boolean[] random = new boolean[1];
        try (Keys keys = ConfiguredKeys.open(
                config.getConfigMapping(ApiKeySettings.class),
                config.getConfigMapping(AuthSettings.class),
                tokens,
                config,
                made -> random[0] = true)) {
            if (keys.letsAnyoneIn()) {
                return "nobody needs one (UNMASK_AUTH_MODE=none)";
            }
            if (random[0]) {
                return "none is set: each start generates a random one and prints it";
            }
            if (keys.names().isEmpty() && !tokens.configured()) {
                throw Fault.configuration(
                        "The key folder holds no key, so nobody can call the service. Put one there.");
            }
            return Stream.concat(
                            keys.names().stream(),
                            tokens.configured() ? Stream.of("tokens of the issuer") : Stream.of())
                    .collect(Collectors.joining(", "));
        }
    }

    private String port(String portSetting, String hostSetting, int usual) {
        int port = number(portSetting, usual);
        String host = setting(hostSetting).orElse("0.0.0.0");
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(host, port));
            return port == 0 ? host + ", on any free port" : host + ":" + port + " is free";
        } catch (IOException | IllegalArgumentException taken) {
            throw Fault.configuration(
                    "Can't listen on %s:%d (%s); set %s to another port."
                            .formatted(host, port, taken.getMessage(), portSetting),
                    taken);
        }
    }

    private String threads() {
        int processors = Runtime.getRuntime().availableProcessors();
        try {
            int threads = Ranges.threads(OptionalInt.of(
                    setting("UNMASK_THREADS").map(Integer::parseInt).orElse(processors)));
            return "%d of %d processors".formatted(threads, processors);
        } catch (NumberFormatException saidOfSettings) {
            return "there are %d processors".formatted(processors);
        }
    }

    private static String descriptors() {
        OptionalLong most = Descriptors.most();
        if (most.isEmpty()) {
            return "how many there may be is unknown";
        }
        int connections = Descriptors.connections(Integer.MAX_VALUE);
        if (connections < FEW_CONNECTIONS) {
            throw Fault.configuration(
                    "The process may have %d, which leaves %d connections on each port; raise the limit (ulimit -n) to %d or more."
                            .formatted(most.getAsLong(), connections, Descriptors.OWN + 2 * FEW_CONNECTIONS));
        }
        return "up to %d, enough for %d connections on each port".formatted(most.getAsLong(), connections);
    }

    private static String memory() {
        long heap = Runtime.getRuntime().maxMemory();
        if (heap < LEAST_HEAP) {
            throw Fault.configuration(
                    "The heap is limited to %d MiB; it needs at least %d (-Xmx, or the container's memory)."
                            .formatted(heap >> 20, LEAST_HEAP >> 20));
        }
        return "a heap of up to %d MiB; the model's weights come on top".formatted(heap >> 20);
    }
}
