package io.millhand;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// Subscribes to a publisher with the room in the window as demand.
final class PublisherInlet<T> extends Inlet<T> implements Flow.Subscriber<T> {

    /*
     * `wanted` is what the reader has room for and has not been asked for yet; `due` what was asked for and has not
     * come. Requests and cancels run the publisher's code and therefore happen outside the monitor, which guards both.
     */

    private final Flow.Publisher<? extends T> publisher;
    private final HandOver<T> arrived = new HandOver<>();

    /// Reader only.
    private boolean subscribed;

    @GuardedBy("this")
    private Flow.@Nullable Subscription subscription;

    @GuardedBy("this")
    private long due;

    @GuardedBy("this")
    private long wanted;

    @GuardedBy("this")
    private boolean over;

    PublisherInlet(Flow.Publisher<? extends T> publisher) {
        this.publisher = publisher;
    }

    @Override
    void begin(@Nullable TaskQueueImpl host, Runnable wake) {
        begin(wake);
    }

    /// For a reader outside a queue.
    void begin(Runnable wake) {
        arrived.begin(wake);
    }

    /// Subscribes now and not at the first [#status]. Before it.
    void open(int room) {
        try {
            ask(room);
        } catch (RuntimeException | Error e) {
            arrived.end(e); // it surfaces where the first input would
        }
    }

    @Override
    Status status(int room) throws Throwable {
        ask(room);
        return arrived.status();
    }

    private void ask(int room) {
        synchronized (this) {
            int waiting = arrived.count();
            long free = room - waiting - due;
            boolean much = free >= (room + 1) / 2 || waiting + due == 0; // a request for each input would be dear
            wanted = much ? Math.max(0, free) : 0;
        }
        if (!subscribed) {
            subscribed = true;
            publisher.subscribe(this);
        }
        request();
    }

    @Override
    T take() {
        return arrived.take();
    }

    private void request() {
        Flow.Subscription asked;
        long count;
        synchronized (this) {
            asked = subscription;
            count = wanted;
            if (asked == null || over || count == 0) {
                return;
            }
            due += count;
            wanted = 0;
        }
        asked.request(count);
    }

    @Override
    public void onSubscribe(Flow.Subscription offered) {
        requireNonNull(offered, "subscription");
        boolean refused;
        synchronized (this) {
            refused = subscription != null || over;
            if (!refused) {
                subscription = offered;
            }
        }
        if (refused) {
            offered.cancel();
        } else {
            request();
        }
    }

    @Override
    public void onNext(T input) {
        if (input == null) {
            var refusal = new NullPointerException("the publisher " + publisher + " sent null");
            cancel();
            arrived.end(refusal); // who sends null may well drop what it is told of that
            throw refusal;
        }
        boolean unasked;
        synchronized (this) {
            if (over) {
                return;
            }
            unasked = due == 0;
            if (!unasked) {
                due--;
                arrived.add(input); // before the reader can count it as neither due nor arrived
            }
        }
        if (!unasked) {
            arrived.wake();
        } else {
            cancel();
            arrived.end(new IllegalStateException("the publisher " + publisher + " sent more than it was asked for"));
        }
    }

    @Override
    public void onError(Throwable cause) {
        requireNonNull(cause, "cause");
        end(cause);
    }

    @Override
    public void onComplete() {
        end(null);
    }

    private void end(@Nullable Throwable cause) {
        synchronized (this) {
            over = true;
        }
        arrived.end(cause);
    }

    @Override
    void close() {
        cancel();
        arrived.close();
    }

    private void cancel() {
        Flow.Subscription open;
        synchronized (this) {
            open = over ? null : subscription;
            over = true;
        }
        if (open != null) {
            open.cancel();
        }
    }
}
