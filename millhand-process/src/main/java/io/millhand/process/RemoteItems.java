package io.millhand.process;

import io.millhand.spi.Assignment;
import io.millhand.spi.ItemReceiver;
import io.millhand.spi.WorkerHost;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A streaming attempt in a child, as its reader sees it: demand goes there, items come.
final class RemoteItems implements ItemReceiver.Producer {

    private final Child child;
    private final Assignment assignment;
    private final WorkerHost host;
    private final ItemReceiver receiver;
    private final EncodedItems.Stream stream;

    private RemoteItems(Child child, Assignment assignment, WorkerHost host, ItemReceiver receiver) {
        this.child = child;
        this.assignment = assignment;
        this.host = host;
        this.receiver = receiver;
        var call = (EncodedCall) assignment.payload().orElseThrow();
        stream = new EncodedItems.Stream(call.loader(), call.limits(), new ItemObjects.Descriptions());
    }

    /// The attempt was taken: frames that name it find it in the child from now on.
    ///
    /// @return null where it streams nothing
    static @Nullable RemoteItems begin(Child child, Assignment assignment, WorkerHost host) {
        var receiver = assignment.items().orElse(null);
        if (receiver == null) {
            return null;
        }
        var items = new RemoteItems(child, assignment, host, receiver);
        receiver.begin(items);
        return items;
    }

    /// Channels' thread.
    void arrived(Frame frame) throws ProtocolException {
        receiver.arrived(new EncodedItems(frame.body(), stream));
    }

    @Override
    public void demand(long items, long bytes) {
        var body = ByteBuffer.allocate(2 * Long.BYTES).putLong(items).putLong(bytes);
        send(FrameKind.DEMAND, body.array());
        host.alive(assignment); // it may go on from now
    }

    @Override
    public void close(boolean mayInterrupt) {
        send(FrameKind.ITEMS_CLOSED, new byte[] {(byte) (mayInterrupt ? 1 : 0)});
    }

    private void send(FrameKind kind, byte[] body) {
        child.send(new Frame(kind, assignment.taskId(), assignment.attempt(), body));
    }
}
