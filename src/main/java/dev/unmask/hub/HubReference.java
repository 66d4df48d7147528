package dev.unmask.hub;

import dev.unmask.fault.Fault;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A model on a Hugging Face hub: {@code hf://owner/name[@revision]}.
 *
 * @param owner user or organization
 * @param name the repository
 * @param revision a branch, a tag, a commit or {@code refs/pr/N}; null for the main branch
 */
public record HubReference(String owner, String name, String revision) {
    private static final String SCHEME = "hf://";
    private static final String PART = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
    private static final Pattern FORM = Pattern.compile(
            "hf://(" + PART + ")/(" + PART + ")(?:@([A-Za-z0-9](?:[A-Za-z0-9._/-]{0,98}[A-Za-z0-9])?))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Whether this looks like a model on the hub, well-formed or not. */
    public static boolean isMeant(String model) {
        return model.startsWith(SCHEME);
    }

    /**
     * Parses a reference.
     *
     * @throws Fault of kind CONFIGURATION when it has another form
     */
    public static HubReference parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches() || text.contains("..") || text.indexOf("//", SCHEME.length()) >= 0) {
            throw Fault.configuration(
                    "\"%s\" is not a model on the hub; it must be hf://owner/name or hf://owner/name@revision, where the revision is a branch, a tag, a commit or refs/pr/N."
                            .formatted(text));
        }
        return new HubReference(form.group(1), form.group(2), form.group(3));
    }

    /** Whether its revision is a commit. */
    boolean isPinned() {
        return revision != null && COMMIT.matcher(revision).matches();
    }

    /** {@code owner/name}. */
    String repository() {
        return owner + "/" + name;
    }

    /** The revision to ask the hub for. */
    String revisionOrMain() {
        return revision == null ? "main" : revision;
    }

    /** The default name of an entry: the repository's name, and the revision if there is one. */
    public String entryName() {
        String full = revision == null ? name : name + "-" + revision.replace('/', '-');
        return full.substring(0, Math.min(full.length(), 100));
    }

    /**
     * Whether an entry with this source and revision was made from this model.
     *
     * @param source its source, as by {@link #toString}
     * @param commit its commit
     */
    public boolean isOf(String source, String commit) {
        if (toString().equals(source)) {
            return true;
        }
        String repository = SCHEME + repository();
        return isPinned()
                && revision.equals(commit)
                && (repository.equals(source) || source.startsWith(repository + "@"));
    }

    @Override
    public String toString() {
        return SCHEME + repository() + (revision == null ? "" : "@" + revision);
    }
}
