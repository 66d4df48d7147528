package dev.unmask.fault;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/**
 * A problem that a person can fix, with what was found and what is allowed.
 *
 * <p>Code throws it where the problem is known. Only {@code http} turns the {@link Kind} into a
 * status and only {@code cli} into an exit code. The message is shown to callers: it never holds
 * report text, a key, a path of the server or a class name unless its kind is one that only the
 * operator sees ({@link Kind#MODEL_REFUSED}, {@link Kind#STORAGE}, {@link Kind#DEVICE_UNAVAILABLE}, {@link
 * Kind#CONFIGURATION}).
 */
public final class Fault extends RuntimeException {

    /** The kind of problem, by who can fix it and how. */
    public enum Kind {
        /** The request is invalid; the caller must change it. */
        BAD_REQUEST,
        /** The bearer key is missing or unknown. */
        UNAUTHORIZED,
        /** There is nothing at this address. */
        NOT_FOUND,
        /** The caller accepts no format that we can answer in. */
        NOT_ACCEPTABLE,
        /** The body has a media type that we don't read. */
        UNSUPPORTED_MEDIA_TYPE,
        /** The body is larger than the configured limit. */
        TOO_LARGE,
        /** A header is longer than allowed. */
        HEADER_TOO_LONG,
        /** The queue is full; the caller should retry later. */
        OVERLOADED,
        /** This caller exceeded its limit; it should retry later. */
        RATE_LIMITED,
        /** There is not enough memory at the moment; the caller should retry later. */
        OUT_OF_ROOM,
        /** The answer would have been later than the deadline. */
        TOO_LATE,
        /** The work takes longer than any answer may, even alone; the caller must ask for less. */
        TOO_MUCH_WORK,
        /** The model is being loaded, or the service is stopping. */
        NOT_READY,
        /** A checkpoint or a store entry can't be served; the operator must change it. */
        MODEL_REFUSED,
        /** A file or folder can't be read or written; the operator must make room or change permissions. */
        STORAGE,
        /** The requested device can't be used. */
        DEVICE_UNAVAILABLE,
        /** A setting is missing, unknown or out of range. */
        CONFIGURATION
    }

    private final Kind kind;
    private final int retrySeconds;
    private final Optional<Part> part;
    private final OptionalInt index;

    /**
     * @param kind the kind of problem
     * @param message a complete sentence that says what was found and what is allowed
     */
    public Fault(Kind kind, String message) {
        this(kind, message, 1, null, Optional.empty(), OptionalInt.empty());
    }

    /**
     * @param kind the kind of problem
     * @param message a complete sentence that says what was found and what is allowed
     * @param cause the underlying exception; for logs, never for callers
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
     * Runs an action and prefixes its faults with the name by which the user knows the subject: a setting or an option.
     * Lower layers know only values.
     *
     * @throws Fault of the same kind, with the name before its message
     */
    public static <T> T naming(String name, Supplier<T> work) {
        try {
            return work.get();
        } catch (Fault unnamed) {
            throw unnamed.under(name);
        }
    }

    /** The same fault with a name before its message. */
    public Fault under(String name) {
        return new Fault(kind, name + ": " + getMessage(), retrySeconds, this, part, index);
    }

    /** The same fault about one of several texts or targets. */
    public Fault of(int which) {
        return new Fault(kind, getMessage(), retrySeconds, this, part, OptionalInt.of(which));
    }

    /** The part of a query that it is about; empty if it is about none. */
    public Optional<Part> part() {
        return part;
    }

    /** The index among several texts or targets, from 0. */
    public OptionalInt index() {
        return index;
    }

    /** The kind of problem. */
    public Kind kind() {
        return kind;
    }

    /** After how many seconds a retry may succeed, if it may at all. */
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
     * @param retrySeconds when a retry may succeed
     */
    public static Fault rateLimited(String message, int retrySeconds) {
        return new Fault(Kind.RATE_LIMITED, message, retrySeconds, null, Optional.empty(), OptionalInt.empty());
    }

    /** A fault of kind {@link Kind#BAD_REQUEST}. */
    public static Fault badRequest(String message) {
        return new Fault(Kind.BAD_REQUEST, message);
    }

    /** A fault of kind {@link Kind#BAD_REQUEST} about a part of the query. */
    public static Fault badRequest(Part part, String message) {
        return new Fault(Kind.BAD_REQUEST, message, 1, null, Optional.of(part), OptionalInt.empty());
    }

    /** A fault of kind {@link Kind#MODEL_REFUSED}. */
    public static Fault modelRefused(String message) {
        return new Fault(Kind.MODEL_REFUSED, message);
    }

    /** The same with the underlying exception. */
    public static Fault modelRefused(String message, Throwable cause) {
        return new Fault(Kind.MODEL_REFUSED, message, cause);
    }

    /** A fault of kind {@link Kind#CONFIGURATION}. */
    public static Fault configuration(String message) {
        return new Fault(Kind.CONFIGURATION, message);
    }

    /** The same with the underlying exception. */
    public static Fault configuration(String message, Throwable cause) {
        return new Fault(Kind.CONFIGURATION, message, cause);
    }

    /** A fault of kind {@link Kind#STORAGE}. */
    public static Fault storage(String message, Throwable cause) {
        return new Fault(Kind.STORAGE, message, cause);
    }

    /** A fault of kind {@link Kind#NOT_READY}. */
    public static Fault notReady(String message) {
        return new Fault(Kind.NOT_READY, message);
    }

    /** The same with the underlying exception. */
    public static Fault notReady(String message, Throwable cause) {
        return new Fault(Kind.NOT_READY, message, cause);
    }
}
