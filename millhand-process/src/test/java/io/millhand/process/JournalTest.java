package io.millhand.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {

    @TempDir
    private Path folder;

    private Path path;
    private Journal parents;
    private Journal childs;

    @BeforeEach
    void open() throws IOException {
        path = folder.resolve("journal");
        parents = Journal.make(path);
        childs = Journal.open(path);
    }

    private List<Frame> kept() throws IOException {
        var frames = new ArrayList<Frame>();
        parents.readTo(new FrameReader(Journal.BYTES, new FrameListener() {
            @Override
            public void received(Frame frame) {
                frames.add(frame);
            }

            @Override
            public void ended(@Nullable IOException cause) {}
        }));
        return frames;
    }

    private static Frame answer(long task) {
        return new Frame(FrameKind.RETURNED, task, 1, new byte[] {1, 2, 3});
    }

    @Test
    void holdsNothingAtFirst() throws IOException {
        assertThat(kept()).isEmpty();
    }

    @Test
    void tellsWhatWasKeptInOrderWithoutAnybodyWritingIt() throws IOException {
        assertThat(childs.add(answer(1))).isTrue();
        assertThat(childs.add(Frame.of(FrameKind.STARTED, 2, 1))).isTrue();

        assertThat(kept())
                .extracting(Frame::toString)
                .containsExactly("RETURNED of attempt 1 of task 1, 3 bytes", "STARTED of attempt 1 of task 2, 0 bytes");
    }

    @Test
    void forgetsWhatWasWritten() throws IOException {
        assertThat(childs.add(answer(1))).isTrue();
        childs.clear();
        assertThat(childs.add(answer(2))).isTrue();

        assertThat(kept()).extracting(Frame::task).containsExactly(2L);
    }

    @Test
    void refusesWhatDoesNotFitAndKeepsTheRest() throws IOException {
        long task = 0;
        while (childs.add(answer(task + 1))) {
            task++;
        }
        assertThat(task).isBetween(1_000L, 2_000L);

        assertThat(kept()).hasSize((int) task);
    }

    @Test
    void outlivesTheNameOfItsFile() throws IOException {
        Files.delete(path);
        assertThat(childs.add(answer(1))).isTrue();
        assertThat(kept()).hasSize(1);
    }

    @Test
    void refusesALengthThatCannotBe() throws IOException {
        Files.write(
                path, ByteBuffer.allocate(Journal.BYTES).putLong(Journal.BYTES).array());

        assertThatThrownBy(this::kept)
                .isInstanceOf(ProtocolException.class)
                .hasMessage("a journal must hold 0 to 32760 bytes of frames, held 32768 in a file of 32768");
    }
}
