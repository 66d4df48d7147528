package dev.unmask.hub;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/**
 * The body of one answer, handed on as it comes; of an answer that did not succeed nothing is kept. Unlike the client's
 * own streams it can be stopped at any moment, and knows for how long nothing has come.
 */
final class HubBody implements BodySubscriber<Void> {
    private final Receiver receiver;
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private volatile long lastHeard = System.nanoTime();
    private boolean wanted;
    private boolean stopped;
    private Subscription subscription;

    HubBody(Receiver receiver) {
        this.receiver = receiver;
    }

    BodySubscriber<Void> begin(ResponseInfo info) {
        Receiver.Answer answer = new Receiver.Answer(info.statusCode(), info.headers());
        receive(() -> {
            if (answer.succeeded()) {
                wanted = true;
                receiver.begin(answer);
            }
        });
        return this;
    }

    /** Nanoseconds since the last sign of life. */
    long silence() {
        return System.nanoTime() - lastHeard;
    }

    /** From now on nothing is handed on any more. */
    synchronized void stop() {
        stopped = true;
    }

    @Override
    public CompletionStage<Void> getBody() {
        return end;
    }

    @Override
    public void onSubscribe(Subscription subscribed) {
        subscription = subscribed;
        // What an unsuccessful answer says is not read: its status and headers are all that is used.
        if (!wanted || end.isDone()) {
            end.complete(null);
            subscribed.cancel();
        } else {
            subscribed.request(1);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        receive(() -> {
            for (ByteBuffer buffer : buffers) {
                receiver.take(buffer);
            }
        });
        if (end.isDone()) {
            subscription.cancel();
        } else {
            subscription.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        end.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        end.complete(null);
    }

    private interface Step {
        void run() throws IOException;
    }

    private synchronized void receive(Step step) {
        lastHeard = System.nanoTime();
        if (stopped) {
            return;
        }
        try {
            step.run();
        } catch (IOException failed) {
            end.completeExceptionally(new Receiver.Broken(failed));
        } catch (RuntimeException failed) {
            end.completeExceptionally(failed);
        }
    }
}
