package io.millhand;

/// Which memory a worker ran out of when it died; inferred from what its process left behind.
public enum MemoryCause {
    /// None, as far as is known: it ended by itself, by a fault or by somebody's signal.
    NONE("no memory"),
    /// The Java heap, or an array that no heap can hold.
    HEAP("heap memory"),
    /// What classes occupy: metaspace or the compressed class space.
    METASPACE("metaspace"),
    /// Direct buffers (`-XX:MaxDirectMemorySize`).
    DIRECT("direct memory"),
    /// The JVM asked the operating system for memory, or a thread, and did not get it.
    NATIVE("native memory"),
    /// The memory limit of its container (control group): the kernel killed it.
    CONTAINER("the container's memory"),
    /// The memory of the machine: the kernel killed it.
    MACHINE("the machine's memory"),
    /// The memory budget of its pool: Millhand killed it.
    BUDGET("the pool's memory budget");

    private final String words;

    MemoryCause(String words) {
        this.words = words;
    }

    /// As in a sentence: `heap memory`.
    String words() {
        return words;
    }
}
