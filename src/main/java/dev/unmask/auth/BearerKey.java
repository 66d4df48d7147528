package dev.unmask.auth;

import java.security.MessageDigest;
import java.util.Arrays;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A key that opens the door: its name, which may be logged, and the SHA-256 of its text. The text
 * itself is not kept, so no heap dump or log line can give it away.
 *
 * @param name what the key is called in logs: a file's name, or a setting's
 * @param sha256 the hash of the key's bytes
 */
record BearerKey(String name, byte[] sha256) {

    BearerKey {
        sha256 = sha256.clone();
    }

    /** The key of that name whose text is these bytes. */
    static BearerKey of(String name, byte[] text) {
        return new BearerKey(name, hash(text));
    }

    /** The SHA-256 of a key's text. */
    static byte[] hash(byte[] text) {
        return DigestUtils.sha256(text);
    }

    /** Whether this is the key with that hash; takes the same time for every hash. */
    boolean hasHash(byte[] presented) {
        return MessageDigest.isEqual(sha256, presented);
    }

    @Override
    public byte[] sha256() {
        return sha256.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BearerKey key && name.equals(key.name) && hasHash(key.sha256);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + Arrays.hashCode(sha256);
    }

    /** The name alone: the hash of a weak key is as good as the key. */
    @Override
    public String toString() {
        return "BearerKey[" + name + "]";
    }
}
