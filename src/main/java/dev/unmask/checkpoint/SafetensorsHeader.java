package dev.unmask.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The JSON header of a safetensors file, read token by token: no tree is built, and whatever it claims costs no memory. It
 * accepts what the library safetensors 0.8.0 accepts, save leading
 * blanks (the format forbids them), entries written as arrays, and the limits named below.
 */
final class SafetensorsHeader {
    /** Our limits, far above any checkpoint, so that a hostile header can't fill the heap. */
    static final int MOST_TENSORS = 100_000;

    static final int MOST_DIMENSIONS = 32;

    private static final JsonFactory JSON = JsonFactory.builder()
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    /** The header's entry for one tensor; offsets count bytes from the end of the header. */
    record Entry(DType dtype, long[] shape, long begin, long end) {}

    private final String file;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private SafetensorsHeader(String file) {
        this.file = file;
    }

    /**
     * The entries by tensor name, in the header's order, not yet checked against each other.
     *
     * @param json the header's bytes
     * @param file the file's name, for messages
     */
    static Map<String, Entry> parse(byte[] json, String file) {
        if (json.length == 0 || json[0] != '{') {
            throw Fault.modelRefused(file + ": the header doesn't begin with '{'.");
        }
        SafetensorsHeader header = new SafetensorsHeader(file);
        // A fresh decoder reports malformed UTF-8, which a charset given by name would replace.
        try (Reader text = new InputStreamReader(new ByteArrayInputStream(json), UTF_8.newDecoder());
                JsonParser parser = JSON.createParser(text)) {
            header.readAll(parser);
        } catch (CharacterCodingException malformed) {
            throw Fault.modelRefused(file + ": the header is not valid UTF-8.", malformed);
        } catch (JsonProcessingException malformed) {
            throw Fault.modelRefused(
                    file + ": the header is not valid JSON: " + Wording.plain(malformed.getOriginalMessage()) + ".",
                    malformed);
        } catch (IOException unreadable) {
            throw Fault.modelRefused(file + ": the header can't be read.", unreadable);
        }
        return header.entries;
    }

    private void readAll(JsonParser parser) throws IOException {
        parser.nextToken();
        boolean metadataSeen = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (!name.equals("__metadata__")) {
                // For a name that occurs twice, the last entry counts, as in the reference.
                entries.put(checkedName(name), readEntry(parser, name));
            } else if (metadataSeen) {
                throw Fault.modelRefused(file + ": the header has \"__metadata__\" twice.");
            } else {
                metadataSeen = true;
                readMetadata(parser);
            }
        }
        if (parser.nextToken() != null) {
            throw Fault.modelRefused(file + ": the header goes on after its JSON object.");
        }
    }

    private String checkedName(String name) {
        checkUnicode(name);
        if (entries.size() >= MOST_TENSORS) {
            throw Fault.modelRefused(
                    file + ": the header has more than " + MOST_TENSORS + " tensors, the most allowed.");
        }
        return name;
    }

    private void readMetadata(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw Fault.modelRefused(file + ": \"__metadata__\" must be an object of strings.");
        }
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            if (parser.nextToken() != JsonToken.VALUE_STRING) {
                throw Fault.modelRefused(
                        file + ": \"__metadata__\" holds only strings, but not in " + Wording.quoted(key) + ".");
            }
            checkUnicode(key);
            checkUnicode(parser.getText());
        }
    }

    /** Escapes can spell half a surrogate pair, which Java's strings hold and Unicode doesn't. */
    private void checkUnicode(String text) {
        if (!UTF_8.newEncoder().canEncode(text)) {
            throw Fault.modelRefused(file + ": in the header, " + Wording.quoted(text) + " is not valid Unicode.");
        }
    }

    private Entry readEntry(JsonParser parser, String name) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw wrong(name, "is described by something else than an object");
        }
        DType dtype = null;
        long[] shape = null;
        long[] offsets = null;
        for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
            switch (key) {
                case "dtype" -> {
                    once(dtype, name, key);
                    dtype = readDType(parser, name);
                }
                case "shape" -> {
                    once(shape, name, key);
                    shape = readNumbers(parser, name, key, MOST_DIMENSIONS);
                }
                case "data_offsets" -> {
                    once(offsets, name, key);
                    offsets = readNumbers(parser, name, key, 2);
                }
                default -> {
                    parser.nextToken();
                    parser.skipChildren();
                }
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.length != 2) {
            throw wrong(name, "needs dtype, shape and two data_offsets");
        }
        return new Entry(dtype, shape, offsets[0], offsets[1]);
    }

    private void once(Object earlier, String name, String key) {
        if (earlier != null) {
            throw wrong(name, "has " + key + " twice");
        }
    }

    private DType readDType(JsonParser parser, String name) throws IOException {
        if (parser.nextToken() != JsonToken.VALUE_STRING) {
            throw wrong(name, "has a dtype that is no string");
        }
        String dtype = parser.getText();
        Optional<DType> known = DType.named(dtype);
        return known.orElseThrow(() -> wrong(
                name,
                "is of the unknown type " + Wording.quoted(dtype) + "; known are " + Arrays.toString(DType.values())));
    }

    private long[] readNumbers(JsonParser parser, String name, String key, int most) throws IOException {
        if (parser.nextToken() != JsonToken.START_ARRAY) {
            throw wrong(name, "has a " + key + " that is no array");
        }
        long[] numbers = new long[most];
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == most) {
                throw wrong(name, "has more than " + most + " numbers in " + key);
            }
            // The text is checked because "-0" is an integer to the parser but not to the reference.
            if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                    || parser.getText().startsWith("-")
                    || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                throw wrong(name, "has a " + key + " with something else than integers from 0 to 2^63-1");
            }
            numbers[count++] = parser.getLongValue();
        }
        return Arrays.copyOf(numbers, count);
    }

    private Fault wrong(String name, String what) {
        return Fault.modelRefused(file + ": in the header, tensor " + Wording.quoted(name) + " " + what + ".");
    }
}
