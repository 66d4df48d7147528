package dev.unmask.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.unmask.fault.Fault;
import dev.unmask.fault.FileFailure;
import dev.unmask.fault.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The values of a {@code config.json}, or of an index of weights, by key: strictly typed, in range, or refused by name. */
public final class ConfigJson {
    /** A published config.json has about a kilobyte. */
    static final int MOST_BYTES = 1 << 20;

    /** An index has about a hundred bytes for each tensor. */
    static final int MOST_INDEX_BYTES = 8 << 20;

    private static final JsonMapper JSON = mapper();

    private final String file;
    private final JsonNode root;

    private ConfigJson(String file, JsonNode root) {
        this.file = file;
        this.root = root;
    }

    private static JsonMapper mapper() {
        JsonMapper mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        mapper.getFactory()
                .setStreamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(100).build());
        return mapper;
    }

    /**
     * Reads the {@code config.json} of a model's folder; empty if there is none.
     *
     * @throws Fault of kind MODEL_REFUSED when it isn't a JSON object, STORAGE when it can't be read
     */
    public static Optional<ConfigJson> in(Path folder) {
        return Optional.of(folder.resolve(CheckpointFiles.CONFIG))
                .filter(Files::isRegularFile)
                .map(ConfigJson::read);
    }

    static ConfigJson read(Path path) {
        return read(path, MOST_BYTES);
    }

    static ConfigJson read(Path path, int mostBytes) {
        String file = String.valueOf(path.getFileName());
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(mostBytes + 1);
        } catch (IOException unreadable) {
            throw FileFailure.unreadable(file, unreadable);
        }
        if (bytes.length > mostBytes) {
            throw Fault.modelRefused(file + " is longer than " + mostBytes + " bytes, the most allowed.");
        }
        JsonNode root;
        try {
            root = JSON.readTree(bytes);
        } catch (JsonProcessingException malformed) {
            throw Fault.modelRefused(
                    file + " is not valid JSON: " + Wording.plain(malformed.getOriginalMessage()) + ".", malformed);
        } catch (IOException malformed) {
            // Malformed UTF-8 is reported as a plain IOException.
            throw Fault.modelRefused(file + " is not valid JSON.", malformed);
        }
        if (!root.isObject()) {
            throw Fault.modelRefused(file + " must hold a JSON object.");
        }
        return new ConfigJson(file, root);
    }

    String text(String key, String otherwise) {
        JsonNode value = root.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isTextual()) {
            throw wrong(key, value, "a string");
        }
        return value.textValue();
    }

    int count(String key, int otherwise, int most) {
        return integer(key, otherwise, 1, most);
    }

    /** A token's id, up to {@code most}. */
    int id(String key, int otherwise, int most) {
        return integer(key, otherwise, 0, most);
    }

    private int integer(String key, int otherwise, int least, int most) {
        JsonNode value = root.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < least
                || value.intValue() > most) {
            throw wrong(key, value, "an integer from " + least + " to " + most);
        }
        return value.intValue();
    }

    /** A number above 0 and up to 1. */
    double fraction(String key, double otherwise) {
        JsonNode value = root.get(key);
        if (value == null) {
            return otherwise;
        }
        double number = value.doubleValue();
        // This excludes infinity and NaN; Jackson reads what isn't a number as 0.
        if (!(number > 0 && number <= 1)) {
            throw wrong(key, value, "a number above 0 and up to 1");
        }
        return number;
    }

    boolean flag(String key, boolean otherwise) {
        JsonNode value = root.get(key);
        if (value == null) {
            return otherwise;
        }
        if (!value.isBoolean()) {
            throw wrong(key, value, "true or false");
        }
        return value.booleanValue();
    }

    /** An object of strings, in the order of the file. */
    Map<String, String> texts(String key) {
        JsonNode value = root.get(key);
        if (value == null || !value.isObject()) {
            throw refused(key + " must be an object of strings.");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        value.properties().forEach(entry -> {
            if (!entry.getValue().isTextual()) {
                throw refused("in " + key + ", " + Wording.quoted(entry.getKey()) + " must be a string.");
            }
            texts.put(entry.getKey(), entry.getValue().textValue());
        });
        return texts;
    }

    boolean has(String key) {
        return root.has(key);
    }

    private Fault wrong(String key, JsonNode found, String expected) {
        String shown = found.isContainerNode() ? "an object or array" : found.toString();
        return refused(key + " is " + Wording.plain(shown) + "; it must be " + expected + ".");
    }

    Fault refused(String sentence) {
        return Fault.modelRefused(file + ": " + sentence);
    }
}
