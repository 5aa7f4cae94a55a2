package io.millhand.process;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Is told what arrives on a channel. Called by the thread of the [ChannelLoop] only; must not block or run user code.
interface FrameListener {

    /// A whole frame arrived.
    void received(Frame frame) throws IOException;

    /// Nothing more will arrive. Called once.
    ///
    /// @param cause why, or null for a plain end of stream
    void ended(@Nullable IOException cause);
}
