package io.millhand.process;

/// Whether the tasks of this JVM may open child JVMs. They may, unless this is a child and its pool says no.
final class Nesting {

    /// A system property, since a task's classes may come from another loader than those of the child itself.
    private static final String PROPERTY = "io.millhand.process.nesting";

    private static final String REFUSED = "refused";

    private Nesting() {}

    /// In a child, before its first task.
    static void tell(boolean allowed) {
        System.setProperty(PROPERTY, allowed ? "allowed" : REFUSED);
    }

    static void ensureAllowed() {
        if (System.getProperty(PROPERTY, "").equals(REFUSED)) {
            throw new IllegalStateException("a task in a child JVM must not open child JVMs of its own: they multiply,"
                    + " and a task that waits for them holds a worker; submit to the queue outside instead, or allow it"
                    + " with ChildLife.nesting(true)");
        }
    }
}
