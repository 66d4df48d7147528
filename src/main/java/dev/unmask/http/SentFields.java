package dev.unmask.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An object whose keys are known, of which the single values are kept.
 *
 * @param type an object, or what was sent in its place
 * @param names the keys in their order up to the first that isn't known, which is the empty string here; what a caller
 *     made up is not kept
 * @param size the number of keys
 * @param values what was sent for those known keys that are single values
 */
record SentFields(JsonType type, List<String> names, int size, Map<String, SentValue> values) {
    static final SentFields NOTHING = anything(JsonType.NULL);

    /** No fields: there is none, or something else stands in the object's place. */
    static SentFields anything(JsonType type) {
        return new SentFields(type, List.of(), 0, Map.of());
    }

    /** What was sent under a key that is a single value. */
    SentValue value(String name) {
        return values.getOrDefault(name, SentValue.NOTHING);
    }

    /** These fields and others after them; what isn't an object stays what it is. */
    SentFields and(SentFields others) {
        if (type != JsonType.OBJECT) {
            return type == JsonType.NULL ? others : this;
        }
        Collector all = new Collector();
        all.addAll(this);
        all.addAll(others);
        return all.fields();
    }

    /** Collects the fields of an object while it is read. */
    static final class Collector {
        private static final String UNKNOWN = "";

        private final List<String> names = new ArrayList<>();
        private final Map<String, SentValue> values = new HashMap<>();
        private boolean unknown;
        private int size;

        /** The next key is one that is known. */
        void known(String name) {
            size++;
            if (!unknown) {
                names.add(name);
            }
        }

        /** The next key is one that isn't known. */
        void unknown() {
            known(UNKNOWN);
            unknown = true;
        }

        /** The next key is one that is known, of a single value; the last of equal keys counts. */
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
