package dev.unmask.http;

import jakarta.enterprise.context.ApplicationScoped;

/** The parts of the heap that bodies and answers may use, each over all requests. */
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
