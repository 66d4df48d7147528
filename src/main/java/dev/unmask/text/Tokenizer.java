package dev.unmask.text;

import dev.unmask.fault.Fault;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The tokenizer of one checkpoint: text to token ids and back, by the Rust library that the
 * reference itself uses. It never truncates and never pads.
 *
 * <p>Safe for any number of threads at once; {@link #close()} waits for the calls in flight.
 */
public final class Tokenizer implements AutoCloseable {

    private final TokenizerSettings settings;
    private final Map<String, Integer> vocabulary;
    private final int idLimit;
    private final SpecialTokens specialTokens;
    private final NativeTokenizer library;
    private final PieceTable pieces;
    private final boolean cleansUp;

    private Tokenizer(TokenizerDefinition file, TokenizerSettings settings, NativeTokenizer library) {
        this.settings = settings;
        this.vocabulary = file.vocabulary();
        this.idLimit = file.idLimit();
        this.library = library;
        this.specialTokens = new SpecialTokens(
                vocabulary.get(settings.pad().content()),
                vocabulary.get(settings.unknown().content()),
                vocabulary.get(settings.cls().content()),
                vocabulary.get(settings.sep().content()),
                vocabulary.get(settings.mask().content()),
                settings.mask().content());
        this.cleansUp = settings.cleanUpSpaces() && !file.bytePair();
        this.pieces = file.decodesByPiece() && idLimit <= PieceTable.MAX_IDS
                ? PieceTable.learn(file, specialTokens.cls(), rows -> library.decode(rows, false))
                : null;
    }

    /**
     * Opens the tokenizer of a checkpoint.
     *
     * @param folder as {@link TokenizerSource#read(Path)} reads it
     * @throws Fault of kind {@code MODEL_REFUSED} when the files don't define a tokenizer, of kind
     *     {@code CONFIGURATION} when the native library can't be loaded
     */
    public static Tokenizer open(Path folder) {
        return TokenizerSource.read(folder).open();
    }

    static Tokenizer open(TokenizerDefinition file, TokenizerSettings settings) {
        NativeTokenizer library = new NativeTokenizer(file.json());
        try {
            // No vocabulary has a hieroglyph: this detects a model without an unknown token.
            library.encode("\ud80c\udc00", true);
            return new Tokenizer(file, settings, library);
        } catch (RuntimeException e) {
            library.close();
            throw Fault.modelRefused("The tokenizer can't encode an unknown word: " + e.getMessage(), e);
        }
    }

    /**
     * Loads the Rust library ahead of {@link #open}, which then finds it loaded.
     *
     * @throws Fault of kind {@code CONFIGURATION} when it can't be loaded
     */
    public static void loadLibrary() {
        NativeLibrary.load();
    }

    /** The version of the Rust library and of its Java binding, for example {@code 0.21.0-0.38.0}. */
    public static String libraryVersion() {
        return NativeLibrary.version();
    }

    /** The id of every token, added ones included; unmodifiable. */
    public Map<String, Integer> vocabulary() {
        return Collections.unmodifiableMap(vocabulary);
    }

    /**
     * One more than the largest id that {@link #encode} can answer: the least number of rows that the
     * model's embedding has to have.
     */
    public int idLimit() {
        return idLimit;
    }

    /** The ids of the special tokens. */
    public SpecialTokens specialTokens() {
        return specialTokens;
    }

    /** What the checkpoint's own files say about its tokenizer. */
    public TokenizerSettings settings() {
        return settings;
    }

    /**
     * The id of a token, exactly as in the vocabulary: no lower-casing, no trimming.
     *
     * @param token a token, for example {@code effusion}, {@code ##ation} or {@code [MASK]}
     */
    public OptionalInt id(String token) {
        Integer id = vocabulary.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /**
     * The token ids of a text, however long: it costs one to ten microseconds per character, so the caller must limit the
     * text. Special tokens in it are recognized before normalization: {@code [MASK]} works inside a word, and
     * {@code [mask]} is not a mask.
     *
     * @param text any text; a lone surrogate counts as U+FFFD
     * @param addSpecialTokens whether the ids begin with {@code cls} and end with {@code sep}
     */
    public int[] encode(String text, boolean addSpecialTokens) {
        return library.encode(text, addSpecialTokens);
    }

    /**
     * The text of some token ids. Ids without a token, negative ones included, are skipped: a
     * model may have more rows than its vocabulary has tokens.
     *
     * @param ids token ids
     * @param skipSpecialTokens whether special tokens are skipped
     */
    public String decode(int[] ids, boolean skipSpecialTokens) {
        return decodeAll(new int[][] {ids}, skipSpecialTokens)[0];
    }

    /**
     * The texts of many rows of token ids, as {@link #decode} would return them one by one. Cheap enough to render every
     * token of a vocabulary into a text.
     *
     * @param ids rows of token ids, each of its own length
     * @param skipSpecialTokens whether special tokens are skipped
     */
    public String[] decodeAll(int[][] ids, boolean skipSpecialTokens) {
        String[] texts = new String[ids.length];
        if (pieces == null) {
            texts = library.decode(ids, skipSpecialTokens);
        } else {
            for (int i = 0; i < ids.length; i++) {
                texts[i] = pieces.decode(ids[i], skipSpecialTokens);
            }
        }
        for (int i = 0; cleansUp && i < texts.length; i++) {
            texts[i] = cleanUp(texts[i]);
        }
        return texts;
    }

    /** The Rust library's own result, which {@link #decodeAll} must equal before any clean-up. */
    String[] decodeNatively(int[][] ids, boolean skipSpecialTokens) {
        return library.decode(ids, skipSpecialTokens);
    }

    /** Frees the native memory, after the calls in flight; encoding fails afterwards. */
    @Override
    public void close() {
        library.close();
    }

    /** transformers' clean_up_tokenization: the whole text, after the decoder's own pass. */
    private static String cleanUp(String text) {
        return text.replace(" .", ".")
                .replace(" ?", "?")
                .replace(" !", "!")
                .replace(" ,", ",")
                .replace(" ' ", "'")
                .replace(" n't", "n't")
                .replace(" 'm", "'m")
                .replace(" 's", "'s")
                .replace(" 've", "'ve")
                .replace(" 're", "'re");
    }
}
