package dev.unmask.checkpoint;

import java.util.Optional;

/**
 * The Python names that a PyTorch tensor file needs. They are only names: nothing is executed and no class is looked up.
 */
enum PickleGlobal {
    ORDERED_DICT("collections", "OrderedDict", null),
    REBUILD_TENSOR("torch._utils", "_rebuild_tensor_v2", null),
    REBUILD_PARAMETER("torch._utils", "_rebuild_parameter", null),
    FLOAT_STORAGE("torch", "FloatStorage", DType.F32),
    HALF_STORAGE("torch", "HalfStorage", DType.F16),
    BFLOAT16_STORAGE("torch", "BFloat16Storage", DType.BF16),
    LONG_STORAGE("torch", "LongStorage", DType.I64);

    private final String module;
    private final String name;
    private final DType dtype;

    PickleGlobal(String module, String name, DType dtype) {
        this.module = module;
        this.name = name;
        this.dtype = dtype;
    }

    static Optional<PickleGlobal> named(String module, String name) {
        for (PickleGlobal global : values()) {
            if (global.module.equals(module) && global.name.equals(name)) {
                return Optional.of(global);
            }
        }
        return Optional.empty();
    }

    /** The type of a storage's elements; null for what is no storage. */
    DType dtype() {
        return dtype;
    }

    /** As Python spells it. */
    @Override
    public String toString() {
        return module + "." + name;
    }
}
