package io.millhand.process;

import io.millhand.Progress;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;

/// The latest progress of an attempt on its way from a child: what is done, the total (longs), the note (text).
final class ProgressFrame {

    private ProgressFrame() {}

    static Frame of(long task, int attempt, Progress progress) {
        byte[] body = Wire.write(out -> {
            out.writeLong(progress.done());
            out.writeLong(progress.total());
            Wire.writeText(out, progress.note());
        });
        return new Frame(FrameKind.PROGRESS, task, attempt, body);
    }

    static Progress decode(Frame frame) throws IOException {
        var in = new DataInputStream(new ByteArrayInputStream(frame.body()));
        Wire.ensureLeft(in, 2 * Long.BYTES, "two numbers of a progress");
        long done = in.readLong();
        long total = in.readLong();
        if (done < 0 || total < 0) {
            throw new ProtocolException("done and total must be at least 0, were " + done + " and " + total);
        }
        return new Progress(done, total, Wire.readText(in));
    }
}
