package dev.unmask.checkpoint;

import java.util.Optional;

/**
 * The element types of tensors, in the spelling of safetensors 0.8. Its types of less than a byte
 * (F4, F6_*) are left out: no BERT checkpoint is published in them.
 */
public enum DType {
    BOOL(1),
    U8(1),
    I8(1),
    F8_E4M3(1),
    F8_E5M2(1),
    F8_E8M0(1),
    F8_E4M3FNUZ(1),
    F8_E5M2FNUZ(1),
    U16(2),
    I16(2),
    F16(2),
    BF16(2),
    U32(4),
    I32(4),
    F32(4),
    U64(8),
    I64(8),
    F64(8),
    C64(8);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /** The width of one element, in bytes. */
    public int bytes() {
        return bytes;
    }

    /** Whether a {@link Tensor} of this type can be read as floats without loss. */
    public boolean readableAsFloats() {
        return this == F32 || this == F16 || this == BF16;
    }

    static Optional<DType> named(String name) {
        for (DType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
