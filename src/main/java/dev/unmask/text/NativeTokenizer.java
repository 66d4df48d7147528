package dev.unmask.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.unmask.fault.Fault;
import java.util.Arrays;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * A tokenizer in the Rust library's memory.
 *
 * <p>DJL's own HuggingFaceTokenizer fetches six more arrays for every text, calls home on creation, truncates by default,
 * and can be freed by one thread while another is using it. So this class calls its native methods directly. They abort the
 * JVM on a null and read freed memory through a stale handle, which this class prevents.
 */
final class NativeTokenizer implements AutoCloseable {

    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    /** Creates a tokenizer that neither truncates nor pads, whatever its file says. */
    NativeTokenizer(String json) {
        NativeLibrary.load();
        try {
            handle = LIBRARY.createTokenizerFromString(json);
        } catch (RuntimeException e) {
            throw Fault.modelRefused("The tokenizer library rejects tokenizer.json: " + e.getMessage(), e);
        }
        LIBRARY.disableTruncation(handle);
        LIBRARY.disablePadding(handle);
    }

    int[] encode(String text, boolean addSpecialTokens) {
        String wellFormed = wellFormed(text);
        return whileOpen(tokenizer -> {
            long encoding = LIBRARY.encode(tokenizer, wellFormed, addSpecialTokens);
            try {
                return Arrays.stream(LIBRARY.getTokenIds(encoding))
                        .mapToInt(Math::toIntExact)
                        .toArray();
            } finally {
                LIBRARY.deleteEncoding(encoding);
            }
        });
    }

    /** The texts of rows of ids; ids without a token, negative ones included, are left out. */
    String[] decode(int[][] rows, boolean skipSpecialTokens) {
        long[][] wide = new long[rows.length][];
        for (int i = 0; i < rows.length; i++) {
            wide[i] = Arrays.stream(rows[i]).asLongStream().toArray();
        }
        return whileOpen(tokenizer -> LIBRARY.batchDecode(tokenizer, wide, skipSpecialTokens));
    }

    /** Frees the native memory, after the calls in flight; later calls fail. */
    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                LIBRARY.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private <T> T whileOpen(LongFunction<T> call) {
        Lock shared = lock.readLock();
        shared.lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("The tokenizer is closed.");
            }
            return call.apply(handle);
        } finally {
            shared.unlock();
        }
    }

    /**
     * Replaces lone surrogates by U+FFFD. One of them would make the native side decode the whole text differently, and
     * turn every character beyond the BMP into six replacement characters.
     */
    private static String wellFormed(String text) {
        char[] mended = null;
        for (int i = 0; i < text.length(); i++) {
            int codePoint = text.codePointAt(i);
            if (Character.isSupplementaryCodePoint(codePoint)) {
                i++;
            } else if (Character.isSurrogate((char) codePoint)) {
                mended = mended == null ? text.toCharArray() : mended;
                mended[i] = '\ufffd';
            }
        }
        return mended == null ? text : new String(mended);
    }
}
