package dev.unmask.fault;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * Something that went wrong and that a person can mend: what was found, and what is allowed.
 *
 * <p>Code throws it where the problem is known. Only {@code http} turns the {@link Kind} into a
 * status and only {@code cli} into an exit code. The message is shown to callers: it never holds
 * report text, a key, a path of the server or a class name unless its kind is one that only the
 * operator sees ({@link Kind#MODEL_REFUSED}, {@link Kind#STORAGE}, {@link Kind#DEVICE_UNAVAILABLE}, {@link
 * Kind#CONFIGURATION}).
 */
public final class Fault extends RuntimeException {

    /** What kind of thing went wrong, in terms of who can mend it and how. */
    public enum Kind {
        /** The request can't be answered as it stands; the caller changes it. */
        BAD_REQUEST,
        /** The bearer key is missing or unknown. */
        UNAUTHORIZED,
        /** Nothing lives at this address. */
        NOT_FOUND,
        /** The caller accepts no form that we can answer in. */
        NOT_ACCEPTABLE,
        /** The body is of a type that we don't read. */
        UNSUPPORTED_MEDIA_TYPE,
        /** The body is larger than the configured limit. */
        TOO_LARGE,
        /** A header is longer than allowed. */
        HEADER_TOO_LONG,
        /** More work waits than may wait; the caller comes back later. */
        OVERLOADED,
        /** This caller has asked for more than it may; it comes back later. */
        RATE_LIMITED,
        /** There is no memory to spare for it at the moment; the caller comes back later. */
        OUT_OF_ROOM,
        /** The answer would have come after the caller's deadline. */
        TOO_LATE,
        /** The model is being loaded, or the service is stopping. */
        NOT_READY,
        /** A checkpoint or a store entry can't be served; the operator changes it. */
        MODEL_REFUSED,
        /** A file or folder can't be read or written; the operator makes room, or changes permissions. */
        STORAGE,
        /** The device that was asked for can't be used. */
        DEVICE_UNAVAILABLE,
        /** A setting is missing, unknown or out of range. */
        CONFIGURATION
    }

    private final Kind kind;
    private final int retrySeconds;
    private final Optional<Part> part;
    private final OptionalInt index;

    /**
     * @param kind what kind of thing went wrong
     * @param message a whole sentence that says what was found and what is allowed
     */
    public Fault(Kind kind, String message) {
        this(kind, message, 1, null, Optional.empty(), OptionalInt.empty());
    }

    /**
     * @param kind what kind of thing went wrong
     * @param message a whole sentence that says what was found and what is allowed
     * @param cause what was thrown underneath; for logs, never for callers
     */
    public Fault(Kind kind, String message, Throwable cause) {
        this(kind, message, 1, cause, Optional.empty(), OptionalInt.empty());
    }

    private Fault(
            Kind kind, String message, int retrySeconds, Throwable cause, Optional<Part> part, OptionalInt index) {
        super(message, cause);
        this.kind = kind;
        this.retrySeconds = retrySeconds;
        this.part = part;
        this.index = index;
    }

    /**
     * Does something, and has a fault say by what name the caller knows what it is about: a setting or an option. Those
     * below know values only.
     *
     * @throws Fault of the same kind, with the name before its sentence
     */
    public static <T> T naming(String name, Supplier<T> work) {
        try {
            return work.get();
        } catch (Fault unnamed) {
            throw unnamed.under(name);
        }
    }

    /** The same fault with a name before its sentence. */
    public Fault under(String name) {
        return new Fault(kind, name + ": " + getMessage(), retrySeconds, this, part, index);
    }

    /** The same fault of one of several texts or targets. */
    public Fault of(int which) {
        return new Fault(kind, getMessage(), retrySeconds, this, part, OptionalInt.of(which));
    }

    /** What of a question it is about; none where it is about no part of one. */
    public Optional<Part> part() {
        return part;
    }

    /** Which of several, from 0. */
    public OptionalInt index() {
        return index;
    }

    /** What kind of thing went wrong. */
    public Kind kind() {
        return kind;
    }

    /** After how many seconds another try may fare better, where one may at all. */
    public int retrySeconds() {
        return retrySeconds;
    }

    /**
     * A fault of kind {@link Kind#OVERLOADED}.
     *
     * @param retrySeconds after how many seconds there will probably be room
     */
    public static Fault overloaded(String message, int retrySeconds) {
        return new Fault(Kind.OVERLOADED, message, retrySeconds, null, Optional.empty(), OptionalInt.empty());
    }

    /**
     * A fault of kind {@link Kind#RATE_LIMITED}.
     *
     * @param retrySeconds when it is worth asking again
     */
    public static Fault rateLimited(String message, int retrySeconds) {
        return new Fault(Kind.RATE_LIMITED, message, retrySeconds, null, Optional.empty(), OptionalInt.empty());
    }

    /** A fault of kind {@link Kind#BAD_REQUEST}. */
    public static Fault badRequest(String message) {
        return new Fault(Kind.BAD_REQUEST, message);
    }

    /** A fault of kind {@link Kind#BAD_REQUEST} that is about some part of what is asked. */
    public static Fault badRequest(Part part, String message) {
        return new Fault(Kind.BAD_REQUEST, message, 1, null, Optional.of(part), OptionalInt.empty());
    }

    /** A fault of kind {@link Kind#MODEL_REFUSED}. */
    public static Fault modelRefused(String message) {
        return new Fault(Kind.MODEL_REFUSED, message);
    }

    /** A fault of kind {@link Kind#CONFIGURATION}. */
    public static Fault configuration(String message) {
        return new Fault(Kind.CONFIGURATION, message);
    }
}
