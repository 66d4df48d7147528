package dev.unmask.checkpoint;

import dev.unmask.fault.Fault;
import java.util.Set;

/** The tensors of one checkpoint, by the names in its file, whatever the file's format. */
public interface TensorSource extends AutoCloseable {
    /** The names of all tensors. */
    Set<String> names();

    /**
     * The tensor of that name.
     *
     * @throws Fault of kind MODEL_REFUSED when there is no such tensor
     */
    Tensor tensor(String name);

    /** Closes the file; its tensors can't be read any more. Closing twice is harmless. */
    @Override
    void close();
}
