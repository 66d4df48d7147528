package dev.unmask.auth;

import java.util.List;
import java.util.Optional;

/** Reads the {@code Authorization} headers of a request. */
final class BearerHeader {

    private static final String SCHEME = "bearer";

    private BearerHeader() {}

    /**
     * The token of {@code Bearer <token>}. Two headers count as none: whichever we took, a proxy in front of us may have
     * checked the other one.
     *
     * @param headers the values of all {@code Authorization} headers
     */
    static Optional<String> token(List<String> headers) {
        return headers.size() == 1 ? token(headers.get(0)) : Optional.empty();
    }

    private static Optional<String> token(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        int start = SCHEME.length();
        while (start < header.length() && header.charAt(start) == ' ') {
            start++;
        }
        String token = header.substring(start);
        boolean spaced = start > SCHEME.length();
        boolean visible = token.chars().allMatch(c -> c > ' ' && c < 0x7f);
        return spaced && visible && !token.isEmpty() ? Optional.of(token) : Optional.empty();
    }
}
