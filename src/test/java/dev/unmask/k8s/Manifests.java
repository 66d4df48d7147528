package dev.unmask.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Kubernetes objects, read strictly. */
final class Manifests {
    private static final String MODEL = "io.fabric8.";
    private static final KubernetesSerialization SERIALIZATION = new KubernetesSerialization();

    private Manifests() {}

    /** The objects of a file, of which every field is one that Kubernetes knows and has the right type. */
    static List<HasMetadata> read(String yaml) {
        List<HasMetadata> objects = new ArrayList<>();
        for (String document : yaml.split("(?m)^---\\s*$")) {
            if (!document.isBlank()) {
                Object read = SERIALIZATION.unmarshal(document);
                assertThat(read).as(document).isInstanceOf(HasMetadata.class);
                if (read instanceof GenericKubernetesResource unknown) {
                    // .ci/manifests/run holds KEDA's against its schema; what is in KServe's is read by the test.
                    assertThat(unknown.getApiVersion())
                            .as(document)
                            .matches("(serving\\.kserve\\.io|keda\\.sh)/v1\\w+");
                } else {
                    assertKnown(read, read.getClass().getSimpleName());
                }
                objects.add((HasMetadata) read);
            }
        }
        return objects;
    }

    /** A part of an object that Kubernetes has no class for, as strict as {@link #read}. */
    static <T> T part(Object value, Class<T> type) {
        T read = SERIALIZATION.convertValue(value, type);
        assertKnown(read, type.getSimpleName());
        return read;
    }

    /** The only object of a kind that Kubernetes has no class for. */
    static GenericKubernetesResource generic(List<HasMetadata> objects, String kind) {
        List<HasMetadata> found =
                objects.stream().filter(object -> object.getKind().equals(kind)).toList();
        assertThat(found).as(kind).hasSize(1);
        return (GenericKubernetesResource) found.get(0);
    }

    /** The only one of its kind. */
    static <T extends HasMetadata> T only(List<HasMetadata> objects, Class<T> kind) {
        List<T> found =
                objects.stream().filter(kind::isInstance).map(kind::cast).toList();
        assertThat(found).as(kind.getSimpleName()).hasSize(1);
        return found.get(0);
    }

    /** The model's classes keep what they don't know as additional properties instead of refusing it. */
    private static void assertKnown(Object value, String where) {
        if (value instanceof Collection<?> elements) {
            int index = 0;
            for (Object element : elements) {
                assertKnown(element, where + "[" + index++ + "]");
            }
        } else if (value instanceof Map<?, ?> entries) {
            entries.forEach((key, entry) -> assertKnown(entry, where + "." + key));
        } else if (value != null && value.getClass().getName().startsWith(MODEL) && !(value instanceof Enum<?>)) {
            for (Class<?> type = value.getClass(); type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        assertKnown(value, field, where);
                    }
                }
            }
        }
    }

    private static void assertKnown(Object owner, Field field, String where) {
        try {
            field.setAccessible(true);
            Object value = field.get(owner);
            if (field.getName().equals("additionalProperties")) {
                assertThat((Map<?, ?>) value).as("unknown fields of " + where).isNullOrEmpty();
            } else {
                assertKnown(value, where + "." + field.getName());
            }
        } catch (IllegalAccessException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
