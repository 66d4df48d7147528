package dev.unmask.text;

import java.util.BitSet;

/**
 * Decodes with a table of the Rust library's text for each token, as the first of a text and as a later one.
 *
 * <p>A WordPiece decoder makes no other distinction, so a text is the concatenation of its pieces. An answer renders the
 * same text many times with one id replaced; a row of 45 ids takes a few microseconds here, and tens of them in the
 * library.
 *
 * @param first the text of each token as the first of a text; null where there is no token
 * @param later its text as a later one
 * @param special the tokens that can be skipped
 */
record PieceTable(String[] first, String[] later, BitSet special) {
    /** Ids beyond it (a malformed file can have any) aren't worth a table. */
    static final int MAX_IDS = 1 << 20;

    /** Decodes rows of ids without skipping anything; the Rust library's own decoder. */
    interface RowDecoder {
        String[] decode(int[][] rows);
    }

    /**
     * @param file a definition whose ids are all below {@link #MAX_IDS}
     * @param opener the id of a token that can come before any other
     * @param decoder the decoder to learn from
     */
    static PieceTable learn(TokenizerDefinition file, int opener, RowDecoder decoder) {
        int[] ids = file.vocabulary().values().stream()
                .mapToInt(id -> id)
                .distinct()
                .toArray();
        int[][] alone = new int[ids.length][];
        int[][] after = new int[ids.length][];
        for (int i = 0; i < ids.length; i++) {
            alone[i] = new int[] {ids[i]};
            after[i] = new int[] {opener, ids[i]};
        }
        String[] aloneText = decoder.decode(alone);
        String[] afterText = decoder.decode(after);
        String[] first = new String[file.idLimit()];
        String[] later = new String[file.idLimit()];
        for (int i = 0; i < ids.length; i++) {
            first[ids[i]] = aloneText[i];
        }
        int opening = first[opener].length();
        for (int i = 0; i < ids.length; i++) {
            later[ids[i]] = afterText[i].substring(opening);
        }
        return new PieceTable(first, later, file.skippable());
    }

    String decode(int[] ids, boolean skipSpecialTokens) {
        StringBuilder text = new StringBuilder(8 * ids.length);
        boolean opened = false;
        for (int id : ids) {
            boolean known = id >= 0 && id < first.length && first[id] != null;
            if (!known || (skipSpecialTokens && special.get(id))) {
                continue;
            }
            text.append(opened ? later[id] : first[id]);
            opened = true;
        }
        return text.toString();
    }
}
