package io.millhand.process;

import java.io.IOException;

/// Somebody else killed a child before it had connected.
final class KilledWhileStarting extends IOException {

    private static final long serialVersionUID = 1;

    KilledWhileStarting(IOException cause) {
        super("the child was killed while it started", cause);
    }
}
