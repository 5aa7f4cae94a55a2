package io.millhand.process;

import org.jspecify.annotations.Nullable;

/// Finds the class loader that knows all classes of a task: of those whose classes are in it the innermost one. The
/// class of the call itself would not do, which may be a wrapper of Millhand's around the user's.
@SuppressWarnings("ReferenceEquality") // loaders are the user's code: they are not asked for equality
final class LoaderChoice {

    private @Nullable ClassLoader chosen;

    /// A class that was written.
    void saw(Class<?> type) {
        saw(type.getClassLoader());
    }

    /// The one that knows all classes of a part.
    void saw(@Nullable ClassLoader loader) {
        if (loader == null || loader == chosen || ClassServer.isOwnCode(loader)) {
            return;
        }
        if (chosen == null || isInside(loader, chosen)) {
            chosen = loader;
        }
    }

    private static boolean isInside(ClassLoader loader, ClassLoader outer) {
        for (@Nullable ClassLoader each = loader; each != null; each = each.getParent()) {
            if (each == outer) {
                return true;
            }
        }
        return false;
    }

    ClassLoader loader() {
        return chosen == null ? ClassLoader.getSystemClassLoader() : chosen;
    }
}
