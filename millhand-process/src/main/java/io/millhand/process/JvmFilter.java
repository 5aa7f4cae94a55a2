package io.millhand.process;

import java.io.ObjectInputFilter;

/// The user's own filter of this whole JVM: `jdk.serialFilter`, or a filter factory.
final class JvmFilter {

    private JvmFilter() {}

    /// Whether there is one that is asked about what is read. It may be set at any time.
    static boolean isPresent() {
        try {
            return ObjectInputFilter.Config.getSerialFilter() != null
                    || !ObjectInputFilter.Config.getSerialFilterFactory()
                            .getClass()
                            .getName()
                            .startsWith("java.io.ObjectInputFilter$");
        } catch (IllegalStateException _) {
            return true; // one that cannot be used: who asks it tells so
        }
    }
}
