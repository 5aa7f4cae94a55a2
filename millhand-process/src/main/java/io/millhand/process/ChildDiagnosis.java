package io.millhand.process;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/// What children offer to whoever looks for a fault.
///
/// @param debugging whether each child listens for a debugger, on a free port of the loopback interface that its output
///     tells. While a debugger is attached to a child no clock of its task runs.
/// @param crashFolder where each crash leaves a folder that tells all of it and can be replayed; empty for nowhere
public record ChildDiagnosis(boolean debugging, Optional<Path> crashFolder) {

    /// Refuses nulls.
    public ChildDiagnosis {
        requireNonNull(crashFolder, "crashFolder");
    }

    /// No debugger, no crash folder.
    ///
    /// @return the defaults
    public static ChildDiagnosis defaults() {
        return new ChildDiagnosis(false, Optional.empty());
    }

    /// Lets children listen for a debugger, or not.
    ///
    /// @param listens whether they do
    /// @return the changed copy
    public ChildDiagnosis debugging(boolean listens) {
        return new ChildDiagnosis(listens, crashFolder);
    }

    /// With a folder for crashes.
    ///
    /// @param folder made when the first crash needs it
    /// @return the changed copy
    public ChildDiagnosis crashFolder(Path folder) {
        return new ChildDiagnosis(debugging, Optional.of(folder));
    }
}
