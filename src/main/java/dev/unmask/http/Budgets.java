package dev.unmask.http;

import jakarta.enterprise.context.ApplicationScoped;

/** What bodies and answers may take of the heap, each of them over all requests. */
@ApplicationScoped
public class Budgets {
    private final Budget bodies = Budget.ofHeap("The bodies of requests");
    private final Budget answers = Budget.ofHeap("Large answers");

    /** Bodies from their first byte until their texts are token ids. */
    Budget bodies() {
        return bodies;
    }

    /** Answers from their admission until their last byte is written. */
    Budget answers() {
        return answers;
    }
}
