package dev.unmask.hub;

/**
 * A file of a repository, as the hub lists it.
 *
 * @param path its path in the repository, with slashes
 * @param size bytes, or -1 if the hub doesn't list it
 * @param sha256 of its contents, for files in large-file storage; null for others
 * @param gitSha1 git's name of the blob, for files that git itself holds; null for others
 */
public record HubFile(String path, long size, String sha256, String gitSha1) {
    /** Whether the hub lists a digest of its contents. */
    public boolean hasDigest() {
        return sha256 != null || gitSha1 != null;
    }
}
