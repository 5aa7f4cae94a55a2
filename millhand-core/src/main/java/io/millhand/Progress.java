package io.millhand;

import static java.util.Objects.requireNonNull;

/// How far a task is, in its own words.
///
/// @param done how much is done, in the task's own unit
/// @param total how much there is to do; 0 where that is not known. What is done may exceed it
/// @param note what it is at; cut after [#MOST_NOTE_CHARS] characters
public record Progress(long done, long total, String note) {

    /// The longest note.
    public static final int MOST_NOTE_CHARS = 1024;

    /// Refuses negative numbers.
    public Progress {
        if (done < 0 || total < 0) {
            throw new IllegalArgumentException(
                    "done and total must be at least 0 (a total of 0 is not known), were " + done + " and " + total);
        }
        if (requireNonNull(note, "note").length() > MOST_NOTE_CHARS) {
            note = Message.before(note, MOST_NOTE_CHARS);
        }
    }
}
