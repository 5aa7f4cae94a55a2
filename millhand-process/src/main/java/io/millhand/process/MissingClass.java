package io.millhand.process;

import java.io.File;

/// Says which class a child has not found, and where it was looked for.
final class MissingClass {

    /// A class path may have thousands of entries.
    private static final int PATH_CHARS = 4096;

    private static final String LOOKED = "; looked for ";

    private MissingClass() {}

    /// @param where else than on the child's own class path it was looked for; nothing for nowhere else
    static String message(String className, String where) {
        var message = new StringBuilder(className).append(LOOKED).append("on the class path of the child ");
        message.append(shortened(System.getProperty("java.class.path", "")));
        String modulePath = System.getProperty("jdk.module.path", "");
        if (!modulePath.isEmpty()) {
            message.append(", on its module path ").append(shortened(modulePath));
        }
        if (!where.isEmpty()) {
            message.append(" and in ").append(where);
        }
        return message.toString();
    }

    private static String shortened(String path) {
        int entries = path.split(File.pathSeparator, -1).length;
        return path.length() <= PATH_CHARS
                ? "(" + path + ")"
                : "(" + path.substring(0, PATH_CHARS) + "..., " + entries + " entries)";
    }

    /// The JVM itself names no place. Where that is all that a task tells, the place is added. Never throws, whatever
    /// of the user's the causes are.
    static Throwable explain(Throwable cause) {
        try {
            return explainOrFail(cause);
        } catch (Throwable _) {
            return cause; // it tells less, and is still what happened
        }
    }

    private static Throwable explainOrFail(Throwable cause) {
        boolean missing = cause.getClass() == ClassNotFoundException.class;
        if (!missing && cause.getClass() != NoClassDefFoundError.class) {
            return cause;
        }
        String name = String.valueOf(cause.getMessage()).replace('/', '.');
        if (name.isEmpty() || name.chars().anyMatch(c -> c == ' ' || c == ';')) {
            return cause; // more than a name: it tells already
        }
        Throwable explained;
        if (missing) {
            explained = new ClassNotFoundException(message(name, ""), cause);
        } else {
            String told = cause.getCause() instanceof ClassNotFoundException known ? told(known) : "";
            explained = new NoClassDefFoundError(told.isEmpty() ? message(name, "") : name + told);
            explained.initCause(cause);
        }
        explained.setStackTrace(cause.getStackTrace());
        return explained;
    }

    /// What the served loader has said.
    private static String told(ClassNotFoundException cause) {
        String message = String.valueOf(cause.getMessage());
        int begin = message.indexOf(LOOKED);
        return begin < 0 ? "" : message.substring(begin);
    }
}
