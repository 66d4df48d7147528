package dev.unmask.checkpoint;

import dev.unmask.checkpoint.PickleStack.Broken;
import dev.unmask.checkpoint.PickleStack.Dict;
import dev.unmask.checkpoint.PickleStack.Items;
import dev.unmask.checkpoint.PickleStack.Tuple;
import dev.unmask.fault.Fault;
import dev.unmask.fault.Wording;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the tuples and dicts of a pickle stand for in PyTorch. */
final class PickledValues {
    private PickledValues() {}

    /** {@code ('storage', type, key, location, count[, view])}; where it lay in memory doesn't matter. */
    static PickledStorage storage(Tuple id, String subject) throws Broken {
        List<Object> parts = id.items();
        if (parts.size() < 5 || parts.size() > 6 || !"storage".equals(parts.get(0))) {
            throw new Broken("refers to something else than a storage");
        }
        PickleGlobal type = PickleStack.as(PickleGlobal.class, parts.get(1), "a type of storage");
        if (type.dtype() == null) {
            throw new Broken("has the storage type " + type + ", which does not exist");
        }
        String key = PickleStack.as(String.class, parts.get(2), "a storage's key as text");
        PickleStack.as(String.class, parts.get(3), "a storage's location as text");
        long count = count(parts.get(4));
        if (count < 0) {
            throw new Broken("has a storage of " + count + " elements");
        }
        if (parts.size() == 6 && parts.get(5) != PickleStack.NONE) {
            throw Fault.modelRefused(
                    "%s: the storage %s is a view into another one, as only very old versions of torch wrote them."
                                    .formatted(subject, Wording.quoted(key))
                            + Pickle.WAY_OUT);
        }
        return new PickledStorage(type.dtype(), key, count);
    }

    /** {@code OrderedDict()}, which is filled afterwards. */
    static Dict orderedDict(Tuple arguments) throws Broken {
        if (!arguments.items().isEmpty()) {
            throw new Broken("makes an OrderedDict from arguments, which torch doesn't");
        }
        return new Dict(new LinkedHashMap<>());
    }

    /** {@code _rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks[, metadata])}. */
    static PickledTensor tensor(Tuple arguments) throws Broken {
        List<Object> parts = arguments.items();
        if (parts.size() < 6 || parts.size() > 7) {
            throw new Broken("makes a tensor from " + parts.size() + " arguments; it takes 6 or 7");
        }
        return new PickledTensor(
                PickleStack.as(PickledStorage.class, parts.get(0), "a storage"),
                count(parts.get(1)),
                counts(parts.get(2)),
                counts(parts.get(3)));
    }

    /** {@code _rebuild_parameter(tensor, requires_grad, hooks)}: the tensor. */
    static PickledTensor parameter(Tuple arguments) throws Broken {
        if (arguments.items().size() != 3) {
            throw new Broken("makes a parameter from " + arguments.items().size() + " arguments; it takes 3");
        }
        return PickleStack.as(PickledTensor.class, arguments.items().get(0), "a tensor");
    }

    private static long count(Object value) throws Broken {
        return PickleStack.as(Long.class, value, "an integer");
    }

    private static long[] counts(Object value) throws Broken {
        List<Object> items =
                PickleStack.as(Tuple.class, value, "a tuple of integers").items();
        if (items.size() > SafetensorsHeader.MOST_DIMENSIONS) {
            throw new Broken("has a shape of %s dimensions; %s is the most allowed"
                    .formatted(items.size(), SafetensorsHeader.MOST_DIMENSIONS));
        }
        long[] counts = new long[items.size()];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = count(items.get(i));
        }
        return counts;
    }

    /** A pickle's value as the tensors of a model by name. */
    static Map<String, PickledTensor> stateDict(Object value, String subject) {
        if (!(value instanceof Dict dict)) {
            throw Fault.modelRefused(subject + " doesn't hold a dict of tensors." + Pickle.WAY_OUT);
        }
        Map<String, PickledTensor> tensors = new LinkedHashMap<>();
        dict.items().forEach((name, item) -> {
            if (!(item instanceof PickledTensor tensor)) {
                throw Fault.modelRefused(
                        "%s: %s is no tensor; is it a training checkpoint?".formatted(subject, Wording.quoted(name))
                                + Pickle.WAY_OUT);
            }
            tensors.put(name, tensor);
        });
        return Collections.unmodifiableMap(tensors);
    }

    /** A pickle's value as a list of texts. */
    static List<String> texts(Object value, String subject) {
        if (!(value instanceof Items list)) {
            throw Fault.modelRefused(subject + " doesn't hold a list.");
        }
        return list.items().stream()
                .map(item -> {
                    if (!(item instanceof String text)) {
                        throw Fault.modelRefused(subject + " holds something else than texts.");
                    }
                    return text;
                })
                .toList();
    }
}
