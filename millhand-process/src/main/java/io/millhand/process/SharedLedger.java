package io.millhand.process;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.millhand.spi.SharedValue;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/// The shared values and the code that one child has, or is about to get: the parent's side.
final class SharedLedger implements SharedValue.Holder {

    /*
     * Any thread. The monitor is held while a value is sent, which never blocks: nobody else may find it sent and let a
     * task go that overtakes it.
     */

    private final Consumer<Frame> child;
    private final ToIntFunction<ClassLoader> loaders;

    @GuardedBy("this")
    private final Set<SharedValue> sent = new HashSet<>();

    /// The numbers of the sites whose code was sent. It is never taken back.
    @GuardedBy("this")
    private final BitSet sites = new BitSet();

    @GuardedBy("this")
    private boolean closed;

    /// @param child takes frames
    /// @param loaders the number of each, by which the child asks for its classes
    SharedLedger(Consumer<Frame> child, ToIntFunction<ClassLoader> loaders) {
        this.child = child;
        this.loaders = loaders;
    }

    /// Sends what the child does not have and a task needs, before it.
    void ensureSent(EncodedCall call) {
        if (!call.sites().isEmpty() || !call.shared().isEmpty()) {
            sendMissing(call);
        }
    }

    private synchronized void sendMissing(EncodedCall call) {
        for (var site : call.sites()) {
            if (!closed && !sites.get(site.number())) {
                sites.set(site.number());
                child.accept(new Frame(FrameKind.SITE, site.number(), 0, site.definition()));
            }
        }
        sendMissing(call.shared());
    }

    /// One that was released is not sent, and found missing by who reads it.
    private synchronized void sendMissing(List<SharedLoad> loads) {
        for (var load : loads) {
            var value = load.value();
            if (!closed && value.heldBy(this)) {
                var encoded = load.encoded();
                ensureSent(encoded);
                sent.add(value);
                byte[] head = Wire.encodeInt(loaders.applyAsInt(encoded.loader()));
                child.accept(new Frame(FrameKind.SHARE, value.id(), 0, head, encoded.call()));
            }
        }
    }

    @Override
    public synchronized void released(SharedValue value) {
        if (sent.remove(value)) {
            child.accept(Frame.of(FrameKind.UNSHARE, value.id(), 0));
        }
    }

    /// The child is dead.
    void close() {
        List<SharedValue> lost;
        synchronized (this) {
            closed = true;
            lost = List.copyOf(sent);
            sent.clear();
        }
        lost.forEach(value -> value.lostBy(this));
    }
}
