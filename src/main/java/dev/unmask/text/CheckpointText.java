package dev.unmask.text;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.unmask.fault.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the small text files of a checkpoint, and refuses those that can't be what they claim. */
final class CheckpointText {

    static final ObjectMapper MAPPER = new ObjectMapper();

    /** The largest published tokenizers take some 20 MB; beyond this a file is something else. */
    private static final long MAX_BYTES = 64L << 20;

    private CheckpointText() {}

    /** The text of a UTF-8 file. Malformed UTF-8 is refused, as the reference does. */
    static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw Fault.modelRefused(
                        name(file) + " is larger than " + (MAX_BYTES >> 20) + " MiB, which no tokenizer needs.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw refused(name(file) + " isn't valid UTF-8.", e);
        } catch (IOException e) {
            throw refused(name(file) + " can't be read.", e);
        }
    }

    /** The JSON object in a text that came from a file of this name. */
    static ObjectNode object(String json, String name) {
        JsonNode node;
        try {
            node = MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw refused(name + " isn't valid JSON: " + e.getOriginalMessage(), e);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw Fault.modelRefused(name + " holds no JSON object.");
    }

    /** The JSON object in a file, or an empty object where there is no such file. */
    static ObjectNode objectOrEmpty(Path file) {
        return Files.exists(file)
                ? object(text(file), name(file))
                : MAPPER.getNodeFactory().objectNode();
    }

    /** The name alone: where a model lies is nobody's business but the operator's. */
    static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    static Fault refused(String message, Throwable cause) {
        return new Fault(Fault.Kind.MODEL_REFUSED, message, cause);
    }
}
