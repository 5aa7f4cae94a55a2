package io.millhand.cli;

import java.io.Serializable;

/// One input as it travels to a child.
///
/// @param file whether `text` is the path of a file whose content is meant; otherwise it is the input itself
/// @param text also the name of the input in all messages and results
record Input(boolean file, String text) implements Serializable {

    static Input text(String text) {
        return new Input(false, text);
    }

    static Input file(String path) {
        return new Input(true, path);
    }
}
