package dev.unmask.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object with known keys, of which the scalar values are kept.
 *
 * @param type an object, or the type sent in its place
 * @param names the keys in order up to the first unknown one, which is the empty string here; a caller's unknown keys are
 *     not kept
 * @param size the number of keys
 * @param values the values of the known keys with scalars
 */
record SentFields(JsonType type, List<String> names, int size, Map<String, SentValue> values) {
    static final SentFields NOTHING = anything(JsonType.NULL);

    /** No fields: the object is missing or something else. */
    static SentFields anything(JsonType type) {
        return new SentFields(type, List.of(), 0, Map.of());
    }

    /** The value of a key with a scalar. */
    SentValue value(String name) {
        return values.getOrDefault(name, SentValue.NOTHING);
    }

    /** These fields followed by others; anything but an object stays unchanged. */
    SentFields and(SentFields others) {
        if (type != JsonType.OBJECT) {
            return type == JsonType.NULL ? others : this;
        }
        Collector all = new Collector();
        all.addAll(this);
        all.addAll(others);
        return all.fields();
    }

    /** Collects an object's fields while it is read. */
    static final class Collector {
        private static final String UNKNOWN = "";

        private final List<String> names = new ArrayList<>();
        private final Map<String, SentValue> values = new HashMap<>();
        private boolean unknown;
        private int size;

        /** Adds a known key. */
        void known(String name) {
            size++;
            if (!unknown) {
                names.add(name);
            }
        }

        /** Adds an unknown key. */
        void unknown() {
            known(UNKNOWN);
            unknown = true;
        }

        /** Adds a known key with a scalar value; the last of equal keys counts. */
        void known(String name, SentValue value) {
            known(name);
            values.put(name, value);
        }

        private void addAll(SentFields fields) {
            int before = size;
            fields.names.forEach(name -> {
                if (name.equals(UNKNOWN)) {
                    unknown();
                } else {
                    known(name);
                }
            });
            size = before + fields.size;
            values.putAll(fields.values);
        }

        SentFields fields() {
            return new SentFields(JsonType.OBJECT, names, size, values);
        }
    }
}
