package io.millhand;

import io.millhand.spi.Carrier;
import io.millhand.spi.SharedValue;
import java.io.IOException;
import java.io.InvalidObjectException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/// A value that many tasks need: made by [TaskQueue#share], captured by tasks, read by them through [#value()].
///
/// ```java
/// try (Shared<Model> model = queue.share(Model.load(file))) {
///     var results = queue.map(inputs, x -> model.value().predict(x)).toList();
/// }
/// ```
///
/// Workers in this JVM use the value itself. To child JVMs it travels as it was when it was shared: it is
/// serialized once, sent once to each child that gets a task with it, a replacement included, and read there
/// once, by the first task that asks for it. All tasks of a child use the same object, at the same time where the
/// child has several slots. A task that captures it weighs a few bytes more.
///
/// It is forgotten everywhere when it is closed, and when nobody holds it any more.
///
/// @param <T> the type of the value, [Serializable] for child JVMs
public final class Shared<T> implements AutoCloseable, Serializable {

    private static final long serialVersionUID = 1;

    /// Set once more, by [#readObject].
    private transient SharedValue shared;

    /// Whether it was made in this JVM.
    private final transient boolean own;

    private Shared(SharedValue shared) {
        this.shared = shared;
        this.own = true;
    }

    static <T> Shared<T> of(T value) {
        var shared = SharedValue.of(value);
        var front = new Shared<T>(shared);
        var _ = CleanerThread.register(front, shared::release);
        return front;
    }

    /// Encodes it now, as it is now.
    void encodeFor(Carrier carrier) {
        var _ = shared.encoded(carrier);
    }

    /// The value. In a child JVM the first caller waits until it is read there, which runs its `readObject`.
    ///
    /// @return always the same object in one JVM
    /// @throws IllegalStateException where it was closed before, or cannot be read in this JVM
    @SuppressWarnings("unchecked") // it was made of a T
    public T value() {
        return (T) shared.value();
    }

    /// Forgets the value, also in the workers that have it: what holds the object itself goes on with it, and who
    /// asks for it later fails. Close it when the tasks that use it have ended. Idempotent; without effect in a
    /// child JVM.
    @Override
    public void close() {
        if (own) {
            shared.release();
        }
    }

    /// The number of the value: who reads it finds it by that.
    ///
    /// @param out of a task that travels
    /// @throws IOException where it is none
    private void writeObject(ObjectOutputStream out) throws IOException {
        if (!(out instanceof SharedValue.Writer writer)) {
            // Its class is all that such a message has room for, by the rules of serialization.
            throw new NotSerializableException(Shared.class.getName());
        }
        writer.saw(shared);
        out.writeLong(shared.id());
    }

    /// What stands behind the number where it is read.
    ///
    /// @param in of a task that has travelled
    /// @throws IOException where it is none
    private void readObject(ObjectInputStream in) throws IOException {
        if (!(in instanceof SharedValue.Reader reader)) {
            throw new InvalidObjectException("a shared value travels with tasks only");
        }
        shared = reader.find(in.readLong());
    }
}
