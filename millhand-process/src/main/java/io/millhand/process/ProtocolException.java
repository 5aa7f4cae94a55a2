package io.millhand.process;

import java.io.IOException;

/// The other side sent what it must not send.
final class ProtocolException extends IOException {

    private static final long serialVersionUID = 1;

    ProtocolException(String message) {
        super(message);
    }
}
