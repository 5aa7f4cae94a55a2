package io.millhand.spi;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.NotSerializableException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// What stands behind a [io.millhand.Shared] in one JVM: the value, the forms in which it travels, and who holds
/// it.
public final class SharedValue {

    /*
     *   whole --- release ---> released
     *
     * Any thread. `preparing` is held while the value is read or encoded, which runs user code, so that it is done once;
     * the monitor guards the rest, and nothing is called under it. A holder may have a lock of its own while it calls.
     */

    /// Where the value comes from in a JVM that did not make it.
    @FunctionalInterface
    public interface Source {

        /// Reads it. Runs user code (`readObject`). Called until it succeeds.
        ///
        /// @return the value
        /// @throws Exception where it cannot be read
        Object read() throws Exception;
    }

    /// Something that was sent the value.
    @FunctionalInterface
    public interface Holder {

        /// Nobody reads the value any more. Called once, by any thread.
        ///
        /// @param value what may be forgotten
        void released(SharedValue value);
    }

    /// Takes the place of an object stream that may carry references to shared values.
    public interface Writer {

        /// A reference to a value is about to be written.
        ///
        /// @param value what it leads to
        /// @throws NotSerializableException where it cannot go there
        void saw(SharedValue value) throws NotSerializableException;
    }

    /// Takes the place of an object stream that knows the shared values of its JVM.
    @FunctionalInterface
    public interface Reader {

        /// A reference to a value was read.
        ///
        /// @param id of the value, in the JVM that wrote it
        /// @return what stands behind it here
        SharedValue find(long id);
    }

    private static final AtomicLong LAST_ID = new AtomicLong();

    private final long id = LAST_ID.incrementAndGet();
    private final ReentrantLock preparing = new ReentrantLock();

    @GuardedBy("preparing")
    private final Map<Carrier, Payload> payloads = new HashMap<>();

    /// Written under `preparing`, or by the release.
    private volatile @Nullable Source source;

    /// Written under `preparing`, or by the release.
    private volatile @Nullable Object value;

    private volatile boolean released;

    @GuardedBy("this")
    private final Set<Holder> holders = new HashSet<>();

    private SharedValue(@Nullable Object value, @Nullable Source source) {
        this.value = value;
        this.source = source;
    }

    /// A value of this JVM.
    ///
    /// @param value what is shared
    /// @return whole
    public static SharedValue of(Object value) {
        return new SharedValue(requireNonNull(value, "value"), null);
    }

    /// A value that another JVM made.
    ///
    /// @param source reads it when somebody asks for the first time
    /// @return whole
    public static SharedValue readFrom(Source source) {
        return new SharedValue(null, requireNonNull(source, "source"));
    }

    /// One that was released where it was made, before it came here.
    ///
    /// @return released
    public static SharedValue gone() {
        var gone = new SharedValue(null, null);
        gone.release();
        return gone;
    }

    /// Its number, unique in this JVM.
    ///
    /// @return from 1
    public long id() {
        return id;
    }

    /// The value.
    ///
    /// @return always the same object
    /// @throws IllegalStateException after the release, or where it cannot be read here
    public Object value() {
        var known = value;
        if (known != null && !released) {
            return known;
        }
        try {
            return read();
        } finally {
            forgetIfReleased();
        }
    }

    private Object read() {
        preparing.lock();
        try {
            var known = value;
            var from = source;
            if (released || (known == null && from == null)) {
                throw new IllegalStateException("the shared value is closed: it was closed, or nobody held it any more,"
                        + " before this task read it; close it when the tasks that use it have ended");
            }
            if (known == null) {
                known = requireNonNull(requireNonNull(from).read(), "the shared value");
                value = known;
                source = null;
            }
            return known;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the shared value cannot be read in this JVM: " + e, e);
        } finally {
            preparing.unlock();
        }
    }

    /// The form in which it travels, made once for each carrier. Runs user code (`writeObject`).
    ///
    /// @param carrier encodes it
    /// @return a snapshot of the first time
    /// @throws io.millhand.NotTransferableException where it cannot travel
    /// @throws IllegalStateException after the release
    public Payload encoded(Carrier carrier) {
        try {
            return encode(carrier);
        } finally {
            forgetIfReleased();
        }
    }

    private Payload encode(Carrier carrier) {
        preparing.lock();
        try {
            var made = payloads.get(carrier);
            if (made == null) {
                made = carrier.encodeShared(value());
                payloads.put(carrier, made);
            }
            return made;
        } finally {
            preparing.unlock();
        }
    }

    /// Registers somebody who is about to be sent the value.
    ///
    /// @param holder told of the release; compared by identity
    /// @return false after the release
    public synchronized boolean heldBy(Holder holder) {
        return !released && holders.add(holder);
    }

    /// Somebody has it no more, and need not be told.
    ///
    /// @param holder as it was registered
    public synchronized void lostBy(Holder holder) {
        holders.remove(holder);
    }

    /// Forgets the value everywhere. Idempotent.
    public void release() {
        List<Holder> told;
        synchronized (this) {
            if (released) {
                return;
            }
            released = true;
            told = List.copyOf(holders);
            holders.clear();
        }
        forgetUnlessPrepared();
        told.forEach(holder -> holder.released(this));
    }

    /// The release may have come at any moment while `preparing` was held, even the last one.
    private void forgetIfReleased() {
        if (released) {
            forgetUnlessPrepared();
        }
    }

    /// Else whoever prepares it forgets it.
    private void forgetUnlessPrepared() {
        if (preparing.tryLock()) {
            try {
                value = null;
                source = null;
                payloads.clear();
            } finally {
                preparing.unlock();
            }
        }
    }
}
