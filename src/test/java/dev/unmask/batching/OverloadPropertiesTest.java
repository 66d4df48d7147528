package dev.unmask.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.unmask.fault.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;

/**
 * A service whose engine and clock are made up, asked for more than it can do: what is admitted is answered in time, and the
 * engine's time is spent on that.
 */
class OverloadPropertiesTest {
    private static final BatchRunner RUNNER = (ids, masks, choices) -> null;
    private static final double SECOND = 1e9;
    private static final int BATCH = 512;

    /** The engine: so long for each token, and for each batch besides. */
    private static final double TOKEN = 1e6;

    private static final double ENTRY = 4e6;

    /** What became of the work. */
    private static final class Outcome {
        double answered;
        double wasted;
        double busy;
        int late;
        int admitted;
        int refusedForSize;
        double longestShortWait;

        double wastedPart() {
            return wasted / Math.max(1, answered + wasted);
        }
    }

    /**
     * A service that is asked at given times.
     *
     * @param noise how far a batch's time is off at most, up and down, as a part of it
     */
    private static final class Simulation {
        private final Backlog backlog = new Backlog(new BatchLimits(BATCH, 256, 65_536, true), TextCost.TOKENS);
        private final Random random;
        private final double noise;
        private final Duration timeout;
        private final Map<TextRequest, Integer> left = new HashMap<>();
        private final Map<TextRequest, Double> spent = new HashMap<>();
        private final Set<TextRequest> shortOnes = new HashSet<>();
        private final Outcome outcome = new Outcome();
        private long now;
        private long next = Long.MAX_VALUE;
        private long end;
        private double every;
        private double lists;

        Simulation(Random random, double noise, Duration timeout) {
            this.random = random;
            this.noise = noise;
            this.timeout = timeout;
            backlog.pace().first(BATCH, (long) (1.2 * (BATCH * TOKEN + ENTRY)));
        }

        private void ask(int... lengths) {
            TextRequest request = new TextRequest(
                    RUNNER,
                    IntStream.of(lengths)
                            .mapToObj(length -> new MaskedText(new int[length], new int[1]))
                            .toList(),
                    Deadline.after(now, timeout),
                    (text, mask, row, all) -> {},
                    TextCost.TOKENS,
                    now);
            try {
                backlog.offer(request, now);
            } catch (Fault refused) {
                if (refused.kind() == Fault.Kind.TOO_MUCH_WORK) {
                    outcome.refusedForSize++;
                }
                return;
            }
            outcome.admitted++;
            left.put(request, lengths.length);
            if (lengths.length == 1) {
                shortOnes.add(request);
            }
        }

        /** Runs one batch; false when none waits. */
        private boolean step() {
            for (TextRequest unwanted : backlog.unwanted(now)) {
                end(unwanted, false);
            }
            List<QueuedText> batch = backlog.next(now);
            if (batch.isEmpty()) {
                return false;
            }
            double tokens = batch.stream().mapToDouble(QueuedText::cost).sum();
            double took = (tokens * TOKEN + ENTRY) * (1 + noise * (2 * random.nextDouble() - 1));
            long ends = now + (long) took;
            arrive(ends);
            now = ends;
            outcome.busy += took;
            backlog.ran(now);
            for (QueuedText text : batch) {
                TextRequest request = text.request();
                spent.merge(request, text.cost() / tokens * took, Double::sum);
                if (!request.closed() && left.merge(request, -1, Integer::sum) == 0) {
                    if (shortOnes.contains(request)) {
                        outcome.longestShortWait = Math.max(outcome.longestShortWait, now - request.queued());
                    }
                    end(request, !request.deadline().passed(now));
                }
            }
            return true;
        }

        private void end(TextRequest request, boolean inTime) {
            if (!request.close()) {
                return;
            }
            backlog.remove(request);
            double work = spent.getOrDefault(request, 0.0);
            if (inTime) {
                outcome.answered += work;
            } else {
                outcome.wasted += work;
                outcome.late++;
            }
        }

        /** All requests come that come until then. */
        private void arrive(long until) {
            while (next <= until && next < end) {
                now = next;
                if (random.nextDouble() < lists) {
                    ask(random.ints(20 + random.nextInt(41), 20, 97).toArray());
                } else {
                    ask(10 + random.nextInt(21));
                }
                next += 1 + (long) (-every * Math.log(1 - random.nextDouble()));
            }
        }

        /** Requests come at random times for so long, and what is admitted is run. */
        Outcome run(double seconds, double load, double partOfLists) {
            end = now + (long) (seconds * SECOND);
            next = now;
            lists = partOfLists;
            every = (lists * 40 * 58 + (1 - lists) * 20) * TOKEN / load;
            arrive(now);
            while (next < end || !backlog.isEmpty()) {
                if (!step()) {
                    arrive(next);
                }
            }
            return outcome;
        }
    }

    /** Lists take 0.6 to 3.5 s alone. */
    @Property(tries = 100)
    void atAnyLoadHardlyAnyWorkIsDoneForAnswersThatComeTooLate(
            @ForAll @DoubleRange(min = 0.1, max = 20) double load,
            @ForAll @DoubleRange(min = 0, max = 1) double lists,
            @ForAll @DoubleRange(min = 5, max = 40) double timeout,
            @ForAll @DoubleRange(min = 0, max = 0.2) double noise,
            @ForAll Random random) {
        Outcome outcome =
                new Simulation(random, noise, Duration.ofMillis((long) (1000 * timeout))).run(300, load, lists);

        assertThat(outcome.wastedPart()).as("the part of work that was in vain").isLessThanOrEqualTo(0.05);
    }

    @Property(tries = 50)
    void underSteadyLoadOneRequestOfAHundredAtMostIsLate(
            @ForAll @DoubleRange(min = 0.5, max = 4) double load,
            @ForAll @DoubleRange(min = 0, max = 0.5) double lists,
            @ForAll Random random) {
        Outcome outcome = new Simulation(random, 0.1, Duration.ofSeconds(10)).run(300, load, lists);

        assertThat(outcome.late).isLessThanOrEqualTo(1 + outcome.admitted / 100);
    }

    @Property(tries = 50)
    void howeverMuchIsAskedTheEngineIsBusyWithWhatIsAnswered(
            @ForAll @DoubleRange(min = 2, max = 20) double load,
            @ForAll @DoubleRange(min = 0, max = 1) double lists,
            @ForAll Random random) {
        Outcome outcome = new Simulation(random, 0.1, Duration.ofSeconds(10)).run(300, load, lists);

        assertThat(outcome.answered / (300 * SECOND)).isGreaterThanOrEqualTo(0.9);
    }

    @Property(tries = 200)
    void whatTakesFourFifthsOfItsTimeOrLessIsNeverRefusedByAnIdleService(
            @ForAll @DoubleRange(min = 1, max = 30) double seconds, @ForAll Random random) {
        Simulation idle = new Simulation(random, 0.02, Duration.ofMillis((long) (seconds * 1000)));
        // Each text takes 104 ms.
        int texts = (int) (0.8 * seconds * SECOND / (100 * TOKEN + ENTRY * 100 / BATCH));
        for (int i = 0; i < 3; i++) {
            int admitted = idle.outcome.admitted;
            idle.ask(IntStream.range(0, texts).map(text -> 100).toArray());
            assertThat(idle.outcome.admitted).isEqualTo(admitted + 1);
            while (idle.step()) {
                // Until it is idle again.
            }
            idle.now += (long) SECOND;
        }
        assertThat(idle.outcome.late).isZero();
    }

    @Example
    void whatCanNeverBeInTimeIsRefusedForItsSizeAndHearsHowMuchWouldDo() {
        Backlog backlog = new Backlog(new BatchLimits(BATCH, 256, 65_536, true), TextCost.TOKENS);
        backlog.pace().ran(BATCH, (long) SECOND, true);
        List<MaskedText> texts = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            texts.add(new MaskedText(new int[BATCH], new int[1]));
        }
        TextRequest large = new TextRequest(
                RUNNER, texts, Deadline.after(0, Duration.ofSeconds(22)), (t, m, r, a) -> {}, TextCost.TOKENS, 0);

        assertThatThrownBy(() -> backlog.offer(large, 0))
                .isInstanceOfSatisfying(
                        Fault.class, fault -> assertThat(fault.kind()).isEqualTo(Fault.Kind.TOO_MUCH_WORK))
                .hasMessageContainingAll("100 texts", "about 19 of them", "100 s", "22.0 s");
    }

    /** Lists wait, of which the engine has enough for half a minute. */
    @Property(tries = 50)
    void aSingleTextBesideListsWaitsForTwoBatchesAtMost(@ForAll Random random) {
        Simulation busy = new Simulation(random, 0.05, Duration.ofSeconds(60));
        for (int i = 0; i < 2; i++) {
            busy.ask(IntStream.range(0, 256).map(text -> 60).toArray());
        }
        for (int i = 0; i < 50; i++) {
            assertThat(busy.step()).isTrue();
            int admitted = busy.outcome.admitted;
            busy.ask(12);
            assertThat(busy.outcome.admitted).isEqualTo(admitted + 1);
        }
        assertThat(busy.outcome.longestShortWait).isLessThanOrEqualTo(2 * 1.1 * (BATCH * TOKEN + ENTRY));
    }
}
