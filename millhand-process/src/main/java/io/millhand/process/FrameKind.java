package io.millhand.process;

/// What a frame says. The code is the byte on the wire: never change one, only add.
enum FrameKind {
    /// Child to parent, first on the channel: the version of its JDK (text).
    HELLO(1),
    /// Parent to child: the ceiling of answers in bytes (long).
    WELCOME(2),
    /// Parent to child: run this. The name of the task, its headers, the encoded call.
    ASSIGN(3),
    /// Child to parent: the attempt was taken; sent before any of its user code runs, decoding included.
    STARTED(4),
    /// Child to parent: the attempt returned; the encoded value.
    RETURNED(5),
    /// Child to parent: the attempt threw; the failure as text, and encoded where that was possible.
    THREW(6),
    /// Parent to child: tell the running attempt that it is cancelled.
    CANCEL(7),
    /// Parent to child: where does the attempt stand? A child that runs one at a time is about to be killed for it, and
    /// gives back what it has not begun. No answer where the attempt is over.
    STACK_REQUEST(8),
    /// Child to parent: there; text.
    STACK(9),
    /// Parent to child: leave, through `System.exit(0)`.
    STOP(10),
    /// Child to parent: shutdown hooks run, so that what follows is an exit and not a signal.
    EXITING(11),
    /// Parent to child, before any attempt: run this initializer and remember this teardown.
    SETUP(12),
    /// Child to parent: the initializer has returned.
    READY(13),
    /// Child to parent: the initializer threw; as in THREW.
    SETUP_FAILED(14),
    /// Parent to child: interrupt the attempt.
    INTERRUPT(15),
    /// Child to parent: a log record, a printed line or a message of the attempt; task 0 where none said it.
    MESSAGE(16),
    /// Child to parent: a class or another resource of one of the parent's class loaders, please.
    RESOURCE_REQUEST(17),
    /// Parent to child: here it is, or why not.
    RESOURCE(18),
    /// Child to parent: the attempt gives a sign of life; at most one in 5 ms.
    ALIVE(19),
    /// Parent to child, between attempts: run this; as ASSIGN, and answered as one. Its number for a task,
    /// attempt 0.
    BROADCAST(20),
    /// Parent to child: a value that tasks to come refer to, under its number. The number of a class loader, the
    /// value.
    SHARE(21),
    /// Parent to child: nobody refers to the value any more.
    UNSHARE(22),
    /// Child to parent: items of a streaming attempt. Parent to child: those of its input. See [ItemsWriter].
    ITEMS(23),
    /// To whoever sends items: how many items and bytes may have been sent since the beginning (two longs).
    DEMAND(24),
    /// Parent to child: nobody reads the items any more; may the thread be interrupted (boolean)?
    ITEMS_CLOSED(25),
    /// Child to parent: how far the attempt is, the latest only; at most one in 10 ms.
    PROGRESS(26),
    /// Parent to child: the input of the attempt has ended; empty, or the failure as in THREW.
    INPUT_ENDED(27),
    /// Parent to child: the code of lambdas in tasks to come, under its number. See [CodeSite].
    SITE(28),
    /// Parent to child: give the attempt back, if it has not begun; else nothing.
    TAKE_BACK(29),
    /// Child to parent: the attempt has not begun here and never will.
    GIVEN_BACK(30),
    /// Both ways: a large array of the attempt's next frame, see [Parcel]; nothing comes in between.
    ARRAY(31);

    private static final FrameKind[] BY_CODE = new FrameKind[values().length + 1];

    static {
        for (var kind : values()) {
            BY_CODE[kind.code] = kind;
        }
    }

    private final byte code;

    FrameKind(int code) {
        this.code = (byte) code;
    }

    byte code() {
        return code;
    }

    static FrameKind of(int code) throws ProtocolException {
        if (code < 1 || code >= BY_CODE.length) {
            throw new ProtocolException("frame kind must be 1 to " + (BY_CODE.length - 1) + ", was " + code);
        }
        return BY_CODE[code];
    }
}
