package dev.unmask.checkpoint;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The memory of a pickle that is being read: stack, marks, memo. Values are String, Long, Boolean,
 * {@link #NONE}, {@link Tuple}, {@link Items}, {@link Dict}, {@link PickleGlobal}, {@link
 * PickledStorage} and {@link PickledTensor}.
 *
 * <p>A value may contain itself, so never traverse, print, compare or hash one.
 */
final class PickleStack {
    /** Python's None. */
    static final Object NONE = new Object();

    /** Python's tuple. */
    record Tuple(List<Object> items) {}

    /** Python's list. */
    record Items(List<Object> items) {}

    /** Python's dict and OrderedDict, in the order of insertion; keys other than strings are refused. */
    record Dict(Map<String, Object> items) {}

    /** An inconsistent pickle; the message completes a sentence that names file and opcode. */
    static final class Broken extends Exception {
        Broken(String what) {
            super(what);
        }
    }

    private final List<Object> values = new ArrayList<>();
    private final Deque<Integer> marks = new ArrayDeque<>();
    private final Map<Long, Object> memo = new HashMap<>();

    void push(Object value) {
        values.add(value);
    }

    void mark() {
        marks.push(values.size());
    }

    Object pop() throws Broken {
        top();
        return values.remove(values.size() - 1);
    }

    Object top() throws Broken {
        // What lies below a mark is out of reach until the mark is gone.
        int bottom = marks.isEmpty() ? 0 : marks.peek();
        if (values.size() <= bottom) {
            throw new Broken("finds nothing on the stack");
        }
        return values.get(values.size() - 1);
    }

    List<Object> popToMark() throws Broken {
        if (marks.isEmpty()) {
            throw new Broken("finds no mark on the stack");
        }
        return popFrom(marks.pop());
    }

    List<Object> pop(int count) throws Broken {
        int bottom = marks.isEmpty() ? 0 : marks.peek();
        if (values.size() - count < bottom) {
            throw new Broken("finds nothing on the stack");
        }
        return popFrom(values.size() - count);
    }

    private List<Object> popFrom(int start) {
        List<Object> tail = values.subList(start, values.size());
        List<Object> popped = new ArrayList<>(tail);
        tail.clear();
        return Collections.unmodifiableList(popped);
    }

    /** The only value left, at the end of the pickle. */
    Object last() throws Broken {
        if (!marks.isEmpty() || values.size() != 1) {
            throw new Broken("finds something else than one value on the stack");
        }
        return values.get(0);
    }

    void remember(long place) throws Broken {
        memo.put(place, top());
    }

    void recall(long place) throws Broken {
        Object value = memo.get(place);
        if (value == null) {
            throw new Broken("asks for entry " + place + " of the memo, which was never put there");
        }
        values.add(value);
    }

    <T> T pop(Class<T> type, String kind) throws Broken {
        return as(type, pop(), kind);
    }

    static <T> T as(Class<T> type, Object value, String kind) throws Broken {
        if (!type.isInstance(value)) {
            throw new Broken("needs " + kind + " and finds something else");
        }
        return type.cast(value);
    }
}
