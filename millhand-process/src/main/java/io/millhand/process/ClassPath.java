package io.millhand.process;

import java.nio.file.Path;
import java.util.List;

/// The class path of child JVMs, where it is not to be that of this JVM.
///
/// It replaces the class path *and* the module path. Millhand itself need not be among the entries: it is added, from
/// where this JVM has it, unless it is there. Classes of other loaders than the system's are served by this JVM all the
/// same.
///
/// @param entries jars and folders, in order; made absolute
public record ClassPath(List<Path> entries) {

    /// Makes the entries absolute.
    public ClassPath {
        entries = entries.stream().map(Path::toAbsolutePath).toList();
    }

    /// The class path with these entries.
    ///
    /// @param entries jars and folders, in order
    /// @return the class path
    public static ClassPath of(Path... entries) {
        return new ClassPath(List.of(entries));
    }
}
